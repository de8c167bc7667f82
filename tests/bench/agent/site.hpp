#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

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

// One candidate at work, with an empty Redis and APIs of its own. Every number of a booking may be used once.
class Site {
public:
    explicit Site(const Candidate& candidate, harness::RedisOptions redis = {});

    Stream& stream() { return stream_; }
    StubApis& apis() { return apis_; }
    RunningAgents& agents() { return agents_; }

    // Some bookings that do not count, so that everything that is made once has been made.
    void warm_up();

    // Puts so many bookings into the stream while the agents are frozen; thaw them.
    void lay_backlog(std::size_t count, const BookingShape& shape = {});

    // Until everything is worked off.
    void wait();

    // Throws std::runtime_error unless the bookings since lay_backlog() led to what they should.
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
    RunningAgents agents_;
    std::uint64_t next_ = 0;
};

}  // namespace bench
