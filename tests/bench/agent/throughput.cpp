#include "bench/agent/throughput.hpp"

#include <unistd.h>
#include <algorithm>
#include <memory>

#include "bench/agent/site.hpp"
#include "bench/common/process_memory.hpp"
#include "bench/common/progress.hpp"
#include "bench/common/system_calls.hpp"
#include "bench/common/turns.hpp"

namespace bench {
namespace {

Round figures(const Snapshot& before, const Snapshot& after, double bookings) {
    const auto agents = after.agents - before.agents;
    const auto redis = after.redis - before.redis;
    return {.agent_us = microseconds(agents.cpu) / bookings,
            .user_us = microseconds(agents.cpu - agents.system) / bookings,
            .system_us = microseconds(agents.system) / bookings,
            .redis_us = microseconds(redis.cpu) / bookings,
            .apis_us = microseconds(after.apis - before.apis) / bookings,
            .rate = bookings / std::chrono::duration<double>(after.at - before.at).count(),
            .connections = static_cast<double>(after.connections - before.connections) / bookings,
            .switches = static_cast<double>(agents.context_switches) / bookings};
}

// The system calls of several processes from now on.
class CallCounters {
public:
    explicit CallCounters(const std::vector<pid_t>& processes) {
        for (const auto process : processes)
            counters_.push_back(std::make_unique<SystemCallCounter>(process, SystemCallCounter::any));
    }
    double sum() const {
        std::uint64_t sum = 0;
        for (const auto& counter : counters_) sum += counter->count();
        return static_cast<double>(sum);
    }

private:
    std::vector<std::unique_ptr<SystemCallCounter>> counters_;
};

// With the system calls only when they are asked for.
Round one_round(const Candidate& candidate, const ThroughputPlan& plan, double* system_calls = nullptr) {
    Site site(candidate);
    auto& server = site.apis().server();
    server.set_latency(plan.latency);
    site.start_and_warm_up();
    if (plan.rate == 0) site.lay_backlog(plan.bookings);
    server.take_most_at_once();
    const CallCounters counters(system_calls ? site.agents().processes() : std::vector<pid_t>{});
    const auto before = site.snapshot();
    if (plan.rate == 0)
        site.agents().thaw();
    else
        site.feed(plan.bookings, plan.rate);
    site.wait();
    const auto after = site.snapshot();
    site.check();
    const auto bookings = static_cast<double>(plan.bookings);
    auto round = figures(before, after, bookings);
    round.calls = static_cast<double>(site.apis().calls().all()) / bookings;
    round.most_at_once = static_cast<double>(server.take_most_at_once());
    for (const auto process : site.agents().processes())
        round.peak_mb += static_cast<double>(peak_memory(process)) / (1024 * 1024);
    if (system_calls) *system_calls = counters.sum() / bookings;
    site.agents().stop();
    return round;
}

}  // namespace

std::vector<Series> measure_throughput(const std::vector<Candidate>& candidates, const ThroughputPlan& plan) {
    // What cannot be counted should be known at once.
    if (plan.count_system_calls) SystemCallCounter(::getpid(), SystemCallCounter::any);
    std::vector<Series> all;
    for (const auto& candidate : candidates) all.push_back({.candidate = candidate.name, .rounds = {}});
    in_turns(plan.rounds, candidates.size(), [&](unsigned round, std::size_t turn) {
        show_progress("round " + std::to_string(round + 1) + " of " + std::to_string(plan.rounds) + ": " +
                      candidates[turn].name);
        all[turn].rounds.push_back(one_round(candidates[turn], plan));
    });
    if (plan.count_system_calls)
        for (std::size_t i = 0; i < candidates.size(); ++i)
            one_round(candidates[i], plan, &all[i].system_calls.emplace());
    show_progress("");
    return all;
}

double lowest(const Series& series, double Round::*figure) {
    double result = series.rounds.at(0).*figure;
    for (const auto& round : series.rounds) result = std::min(result, round.*figure);
    return result;
}

}  // namespace bench
