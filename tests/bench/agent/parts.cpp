#include "bench/agent/parts.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "bench/agent/idle.hpp"
#include "bench/agent/report.hpp"
#include "bench/common/turns.hpp"

namespace bench {
namespace {

namespace json = boost::json;

constexpr double megabyte = 1024 * 1024;
constexpr double agents_rate = 200;  // bookings a second

json::value throughput(const Settings& settings, std::vector<Goal>& goals) {
    const auto all = measure_throughput(settings.candidates, settings.plan);
    print_series(all);
    for (const auto& series : all) {
        const auto& name = series.candidate;
        goals.push_back({name + ": CPU a booking, us", median(series, &Round::agent_us), true, 300});
        goals.push_back({name + ": bookings/s", median(series, &Round::rate), false, 2500});
    }
    return to_json(all);
}

// The first candidate in several ways.
json::value variants(const Settings& settings, std::vector<Goal>&) {
    std::vector<Candidate> candidates(4, settings.candidates.front());
    candidates[1].name = "plain HTTP";
    candidates[1].tls = false;
    candidates[2].name = "two agents";
    candidates[2].agents = 2;
    candidates[3].name = "logs errors only";
    candidates[3].connector = {{"log_level", "error"}};
    const auto all = measure_throughput(candidates, settings.plan);
    print_series(all);
    return to_json(all);
}

// The first candidate with webhooks and with history, whose links are not followed.
json::value history(const Settings& settings, std::vector<Goal>&) {
    std::vector<Candidate> candidates(2, settings.candidates.front());
    candidates[0].name = "webhooks";
    candidates[1].name = "history";
    candidates[1].is_told_by_history = true;
    const auto all = measure_throughput(candidates, settings.plan);
    print_series(all);
    return to_json(all);
}

json::value delayed(const Settings& settings, std::vector<Goal>&) {
    json::object by_delay;
    for (const auto delay : settings.delays_ms) {
        auto plan = settings.plan;
        plan.latency = std::chrono::milliseconds(delay);
        std::printf("both APIs answer after %u ms\n", delay);
        const auto all = measure_throughput(settings.candidates, plan);
        print_series(all);
        by_delay[std::to_string(delay) + " ms"] = to_json(all);
    }
    return by_delay;
}

json::value latency(const Settings& settings, std::vector<Goal>& goals) {
    std::vector<LatencyFigures> all;
    for (const auto& candidate : settings.candidates) {
        all.push_back(measure_latency(candidate, settings.latency));
        const auto& name = candidate.name;
        goals.push_back({name + ": from 200 to contact, median ms", all.back().median, true, 3});
        goals.push_back({name + ": from 200 to contact, p99 ms", all.back().p99, true, 20});
    }
    print_latency(all);
    return to_json(all);
}

json::value memory(const Settings& settings, std::vector<Goal>& goals) {
    std::vector<MemoryFigures> all;
    for (const auto& candidate : settings.candidates) {
        all.push_back(measure_memory(candidate, settings.memory));
        const auto& figures = all.back();
        const double peak = static_cast<double>(figures.peak), growth = static_cast<double>(figures.growth());
        goals.push_back({candidate.name + ": peak memory, MB", peak / megabyte, true, 40});
        goals.push_back({candidate.name + ": growth after a tenth, MB", growth / megabyte, true, 1});
    }
    print_memory(all);
    return to_json(all);
}

json::value idle(const Settings& settings, std::vector<Goal>& goals) {
    json::object percent;
    for (const auto& candidate : settings.candidates) {
        const double share = measure_idle(candidate, std::chrono::seconds(settings.idle_seconds)).percent;
        std::printf("%s: %.3f %% of a core\n", candidate.name.c_str(), share);
        percent[candidate.name] = share;
        goals.push_back({candidate.name + ": idle CPU, %", share, true, 0.5});
    }
    return percent;
}

// One connector that has bookings, alone and among many that have none.
json::value connectors(const Settings& settings, std::vector<Goal>& goals) {
    const std::chrono::seconds duration(settings.idle_seconds);
    json::object all;
    for (auto candidate : settings.candidates) {
        const auto one = measure_idle(candidate, duration);
        candidate.connectors = settings.connectors;
        const auto many = measure_idle(candidate, duration);
        const double each = (static_cast<double>(many.memory) - static_cast<double>(one.memory)) /
                            std::max(settings.connectors - 1, 1U) / 1024;
        std::printf(
            "%s: %u connectors idle at %.2f %% of a core and have %.1f KB each; one: %.3f %%, %.1f MB\n",
            candidate.name.c_str(), settings.connectors, many.percent, each, one.percent,
            static_cast<double>(one.memory) / megabyte);
        all[candidate.name] = json::object{{"idle_percent", many.percent}, {"kb_each", each}};
        goals.push_back({candidate.name + ": idle CPU with many connectors, %", many.percent, true, 2});
        goals.push_back({candidate.name + ": memory of a connector, KB", each, true, 200});
    }
    return all;
}

// The first candidate as one process and as several on the one core, which share what comes. They would share
// a backlog, too, but that many connections do not fit into one core's caches, and nobody runs so many on
// one.
json::value agents(const Settings& settings, std::vector<Goal>& goals) {
    std::vector<Candidate> candidates;
    for (const unsigned count : {1, 2, 4, 8, 16}) {
        candidates.push_back(settings.candidates.front());
        candidates.back().agents = count;
        candidates.back().name = fmt::format("{} agents", count);
    }
    auto plan = settings.plan;
    plan.rate = agents_rate;
    const auto all = measure_throughput(candidates, plan);
    print_series(all);
    const double alone = median(all.front(), &Round::agent_us);
    for (const auto& series : all)
        goals.push_back({series.candidate + ": CPU a booking, of that of one",
                         median(series, &Round::agent_us) / alone, true, 1.1});
    return to_json(all);
}

struct LatencySeries {
    std::vector<LatencyFigures> rounds;
};

LatencyFigures over_rounds(const std::string& name, const LatencySeries& series) {
    return {name, median(series, &LatencyFigures::median), median(series, &LatencyFigures::p99),
            median(series, &LatencyFigures::longest)};
}

// The first candidate with many connectors, of which another one is idle, parked or flooded.
json::value neighbours(const Settings& settings, std::vector<Goal>& goals) {
    std::vector<Candidate> candidates(3, settings.candidates.front());
    for (auto& candidate : candidates) candidate.connectors = settings.connectors;
    candidates[0].name = "all others idle";
    candidates[1].name = "one parked";
    candidates[1].neighbour = Neighbour::parked;
    candidates[2].name = "one flooded";
    candidates[2].neighbour = Neighbour::flooded;
    std::vector<LatencySeries> series(candidates.size());
    in_turns(settings.plan.rounds, candidates.size(), [&](unsigned, std::size_t turn) {
        series[turn].rounds.push_back(measure_latency(candidates[turn], settings.latency));
    });
    std::vector<LatencyFigures> all;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        all.push_back(over_rounds(candidates[i].name, series[i]));
    print_latency(all);
    for (std::size_t i = 1; i < all.size(); ++i)
        goals.push_back({all[i].candidate + ": p99 from 200 to contact, of that with idle ones",
                         all[i].p99 / all[0].p99, true, 1.5});
    return to_json(all);
}

}  // namespace

const std::map<std::string, Part>& all_parts() {
    static const std::map<std::string, Part> parts = {{"throughput", throughput},
                                                      {"variants", variants},
                                                      {"history", history},
                                                      {"delayed", delayed},
                                                      {"latency", latency},
                                                      {"memory", memory},
                                                      {"idle", idle},
                                                      {"connectors", connectors},
                                                      {"agents", agents},
                                                      {"neighbours", neighbours}};
    return parts;
}

}  // namespace bench
