#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "bench/agent/backlog.hpp"
#include "bench/agent/candidate.hpp"
#include "bench/agent/stub_apis.hpp"
#include "bench/common/cost.hpp"
#include "bench/common/stream.hpp"
#include "e2e/harness/folder.hpp"

namespace bench {

// What everybody has used until a moment.
struct Snapshot {
    std::chrono::steady_clock::time_point at;
    Cost agents, redis;
    std::chrono::nanoseconds apis;
    std::uint64_t connections;  // accepted by the APIs
};

// An empty Redis and APIs for one candidate. Every booking has a number of its own.
class Site {
public:
    explicit Site(const Candidate& candidate);

    Stream& stream() { return stream_; }
    StubApis& apis() { return apis_; }
    RunningAgents& agents() { return *agents_; }

    void start();

    // start(), and some bookings that do not count, so that everything that is made once has been made.
    void start_and_warm_up();

    // Until connections that nobody needs are closed, and until many connectors have asked for their
    // accounts.
    void let_settle() const;

    // More bookings than the neighbour can work off in ten minutes. They do not count.
    void flood_neighbour();

    // Puts so many bookings into the stream.
    void add_backlog(std::size_t count, const BookingShape& shape = {});

    // Likewise, while the agents are frozen: thaw them. Not for so long that Redis closes connections.
    void lay_backlog(std::size_t count);

    // Likewise, one after the other, evenly paced.
    void feed(std::size_t count, double a_second);

    // Until everything is worked off.
    void wait();

    // Throws std::runtime_error unless the bookings that were added last led to what they should.
    void check();

    Snapshot snapshot() const;
    std::uint64_t next_number() const { return next_; }  // of a booking

    // Bookings that come in another way.
    void expect(std::size_t count);

private:
    Candidate candidate_;
    harness::Folder folder_;
    Stream stream_;
    StubApis apis_;
    std::optional<RunningAgents> agents_;
    std::uint64_t next_ = 0;
};

}  // namespace bench
