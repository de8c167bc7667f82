#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/common/median.hpp"
#include "bench/common/stream.hpp"
#include "bench/edge/candidate.hpp"

namespace bench {

using Candidates = std::vector<std::unique_ptr<Candidate>>;

struct Plan {
    unsigned rounds = 9;
    double seconds = 1;  // of a round, about
    bool count_system_calls = false;
};

// Of one round; times on the CPU are per accepted webhook.
struct Round {
    std::uint64_t accepted = 0;
    double worker_us = 0, redis_us = 0;
    double rate = 0;  // accepted a second
    double p50_ms = 0, p99_ms = 0;
    double context_switches = 0;  // of the worker, per accepted webhook
};

// Per accepted webhook, counted in a round of their own because counting costs time.
struct SystemCalls {
    double worker = 0;
    double redis_syncs = 0;  // fdatasync()
};

struct Series {
    std::string candidate;
    std::vector<Round> rounds;
    std::optional<SystemCalls> calls;
};

// All candidates in turn, and that for every round, each beginning with another one. Throws
// std::runtime_error when an answer is not 200, or when the stream does not have exactly what was accepted.
std::vector<Series> measure(const Candidates& candidates, Stream& stream,
                            const harness::SignedDeliveries& deliveries, const Plan& plan);

}  // namespace bench
