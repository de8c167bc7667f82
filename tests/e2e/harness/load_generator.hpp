#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/harness/latency_histogram.hpp"
#include "e2e/harness/signed_deliveries.hpp"
#include "e2e/harness/wait.hpp"

namespace harness {

struct LoadOptions {
    std::uint64_t requests = 0;  // how many to send, the deliveries over and over; 0: each delivery once
    std::stop_token stop = {};   // nothing new after it; what is in flight is awaited

    // For each request as it ends: the delivery's id and the answer's status, 0 when there was none.
    std::function<void(std::uint64_t id, unsigned status)> on_answer = {};

    // An answer that takes longer counts as none. run() throws when no connection could be had for as long.
    Duration patience{20'000};
};

struct LoadResult {
    std::map<unsigned, std::uint64_t> by_status;  // 0: no answer
    LatencyHistogram latency;                     // of the requests that got an answer
    double seconds = 0;

    std::uint64_t count(unsigned status) const;
    double rate() const { return static_cast<double>(latency.count()) / seconds; }  // answers a second
};

// Clients of an nginx at 127.0.0.1, all in the thread that calls run(): HTTP/1.1 connections that stay open,
// one request in flight on each, the next as soon as the answer is there. What it costs itself is little more
// than one send() and one recv() a request. A connection that breaks is made again after a short wait.
class LoadGenerator {
public:
    LoadGenerator(std::uint16_t port, std::size_t connections);  // connects in run()
    LoadGenerator(const LoadGenerator&) = delete;
    LoadGenerator& operator=(const LoadGenerator&) = delete;
    ~LoadGenerator();

    LoadResult run(const SignedDeliveries& deliveries, const LoadOptions& options = {});

private:
    friend class LoadRun;
    enum class State { closed, connecting, idle, busy };
    struct Connection {
        State state = State::closed;
        int socket = -1;
        std::size_t delivery = 0;  // its index, while busy
        std::string_view unsent;   // of its request
        std::string partial_answer;
        std::chrono::steady_clock::time_point since;
    };

    std::uint16_t port_;
    int epoll_;
    std::vector<Connection> connections_;
};

}  // namespace harness
