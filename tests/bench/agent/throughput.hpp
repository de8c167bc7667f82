// A backlog that is worked off: how fast, and what a booking costs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/agent/candidate.hpp"
#include "bench/common/median.hpp"

namespace bench {

struct ThroughputPlan {
    unsigned rounds = 5;
    std::size_t bookings = 5000;           // of a round
    double rate = 0;                       // at which they come, a second; 0: all are there at the start
    std::chrono::milliseconds latency{0};  // of both APIs
    bool count_system_calls = false;       // in a round of its own, because counting costs time
};

// Of one round; microseconds are on the CPU, and per booking, as is everything that counts something.
struct Round {
    double agent_us = 0, user_us = 0, system_us = 0;  // of all agents together
    double redis_us = 0, apis_us = 0;
    double rate = 0;  // bookings a second
    double calls = 0, connections = 0, switches = 0;
    double most_at_once = 0;  // calls of the APIs in progress; 0 when they take no time
    double peak_mb = 0;       // of all agents' memory
};

struct Series {
    std::string candidate;
    std::vector<Round> rounds;
    std::optional<double> system_calls;  // per booking
};

// All candidates in turn, and that for every round, each beginning with another one; each time with an empty
// Redis, a fresh agent that has warmed up, and people never seen before. Throws std::runtime_error unless
// every booking led to what it should.
std::vector<Series> measure_throughput(const std::vector<Candidate>& candidates, const ThroughputPlan& plan);

double lowest(const Series& series, double Round::*figure);

}  // namespace bench
