#include "bench/edge/rounds.hpp"

#include <algorithm>
#include <stdexcept>

#include "bench/common/cost.hpp"
#include "bench/common/progress.hpp"
#include "bench/common/system_calls.hpp"
#include "bench/common/turns.hpp"

namespace bench {
namespace {

constexpr std::uint64_t warm_up_requests = 3000;

void require(const Candidate& candidate, std::uint64_t found, std::uint64_t expected, const char* what) {
    if (found == expected) return;
    throw std::runtime_error(candidate.name() + ": " + std::to_string(found) + " " + what + " instead of " +
                             std::to_string(expected));
}

// Sends so many; each must be answered 200.
harness::LoadResult load(Candidate& candidate, const harness::SignedDeliveries& deliveries,
                         std::uint64_t requests) {
    auto result = candidate.clients().run(deliveries, {.requests = requests});
    require(candidate, result.count(200), requests, "answers 200");
    return result;
}

void check_and_empty(Candidate& candidate, Stream& stream, std::uint64_t accepted) {
    require(candidate, stream.length(), candidate.stores() ? accepted : 0, "entries in the stream");
    stream.remove();
}

Round one_round(Candidate& candidate, Stream& stream, const harness::SignedDeliveries& deliveries,
                std::uint64_t requests) {
    const Cost worker_before = cost_of(candidate.worker()), redis_before = cost_of(stream.process());
    const auto result = load(candidate, deliveries, requests);
    const Cost worker = cost_of(candidate.worker()) - worker_before;
    const Cost redis = cost_of(stream.process()) - redis_before;
    check_and_empty(candidate, stream, requests);
    const auto count = static_cast<double>(requests);
    return {.accepted = requests,
            .worker_us = microseconds(worker.cpu) / count,
            .redis_us = microseconds(redis.cpu) / count,
            .rate = result.rate(),
            .p50_ms = microseconds(result.latency.quantile(0.5)) / 1000,
            .p99_ms = microseconds(result.latency.quantile(0.99)) / 1000,
            .context_switches = static_cast<double>(worker.context_switches) / count};
}

// How many requests of one candidate make a round. Warms it up as well.
std::uint64_t requests_of_a_round(Candidate& candidate, Stream& stream,
                                  const harness::SignedDeliveries& deliveries, double seconds) {
    double rate = 0;
    for (int i = 0; i < 2; ++i) {
        rate = load(candidate, deliveries, warm_up_requests).rate();
        check_and_empty(candidate, stream, warm_up_requests);
    }
    // Not more than there are different ones.
    return std::min<std::uint64_t>(static_cast<std::uint64_t>(rate * seconds), deliveries.size());
}

SystemCalls calls_of(Candidate& candidate, Stream& stream, const harness::SignedDeliveries& deliveries,
                     std::uint64_t requests) {
    const SystemCallCounter worker(candidate.worker(), SystemCallCounter::any);
    const SystemCallCounter syncs(stream.process(), "syscalls/sys_enter_fdatasync");
    load(candidate, deliveries, requests);
    const auto count = static_cast<double>(requests);
    const SystemCalls calls{.worker = static_cast<double>(worker.count()) / count,
                            .redis_syncs = static_cast<double>(syncs.count()) / count};
    check_and_empty(candidate, stream, requests);
    return calls;
}

}  // namespace

std::vector<Series> measure(const Candidates& candidates, Stream& stream,
                            const harness::SignedDeliveries& deliveries, const Plan& plan) {
    std::vector<Series> all;
    std::vector<std::uint64_t> requests;
    for (const auto& candidate : candidates) {
        all.push_back({.candidate = candidate->name(), .rounds = {}, .calls = {}});
        requests.push_back(requests_of_a_round(*candidate, stream, deliveries, plan.seconds));
    }
    in_turns(plan.rounds, candidates.size(), [&](unsigned round, std::size_t turn) {
        show_progress("round " + std::to_string(round + 1) + " of " + std::to_string(plan.rounds));
        all[turn].rounds.push_back(one_round(*candidates[turn], stream, deliveries, requests[turn]));
    });
    show_progress("");
    if (!plan.count_system_calls) return all;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        all[i].calls = calls_of(*candidates[i], stream, deliveries, requests[i]);
    return all;
}

}  // namespace bench
