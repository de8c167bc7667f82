#include "bench/agent/report.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace bench {
namespace {

namespace json = boost::json;

struct Column {
    const char* title;  // for people; also says the unit
    const char* name;   // in JSON
    double Round::*figure;
    int decimals;
};

constexpr Column columns[] = {{"agent us", "agent_us", &Round::agent_us, 1},
                              {"user", "user_us", &Round::user_us, 0},
                              {"system", "system_us", &Round::system_us, 0},
                              {"Redis us", "redis_us", &Round::redis_us, 1},
                              {"APIs us", "apis_us", &Round::apis_us, 1},
                              {"rate/s", "rate", &Round::rate, 0},
                              {"calls", "calls", &Round::calls, 2},
                              {"at once", "most_at_once", &Round::most_at_once, 0},
                              {"connects", "connections", &Round::connections, 3},
                              {"peak MB", "peak_mb", &Round::peak_mb, 1},
                              {"switches", "context_switches", &Round::switches, 2}};

json::object figures(const auto& figure_of) {
    json::object object;
    for (const auto& column : columns) object[column.name] = figure_of(column.figure);
    return object;
}

double kilobytes(std::size_t bytes) {
    return static_cast<double>(bytes) / 1024;
}

int widest_name(const std::vector<Series>& all) {
    std::size_t widest = 12;
    for (const auto& series : all) widest = std::max(widest, series.candidate.size());
    return static_cast<int>(widest);
}

}  // namespace

void print_series(const std::vector<Series>& all) {
    const int width = widest_name(all);
    std::printf("%-*s", width, "medians");
    for (const auto& column : columns) std::printf(" %9s", column.title);
    std::printf(" %9s %9s\n", "syscalls", "lowest us");
    for (const auto& series : all) {
        std::printf("%-*s", width, series.candidate.c_str());
        for (const auto& column : columns)
            std::printf(" %9.*f", column.decimals, median(series, column.figure));
        const auto calls = series.system_calls ? fmt::format("{:.2f}", *series.system_calls) : "-";
        std::printf(" %9s %9.1f\n", calls.c_str(), lowest(series, &Round::agent_us));
    }
    for (std::size_t i = 1; i < all.size(); ++i)
        std::printf("%s to %s: %.3f times the agent's CPU, %.3f times the rate\n", all[i].candidate.c_str(),
                    all[0].candidate.c_str(), median_ratio(all[i], all[0], &Round::agent_us),
                    median_ratio(all[i], all[0], &Round::rate));
}

void print_latency(const std::vector<LatencyFigures>& all) {
    std::printf("%-24s %9s %9s %9s\n", "ms from 200 to contact", "median", "p99", "longest");
    for (const auto& figures : all)
        std::printf("%-24s %9.2f %9.2f %9.2f\n", figures.candidate.c_str(), figures.median, figures.p99,
                    figures.longest);
}

void print_memory(const std::vector<MemoryFigures>& all) {
    for (const auto& figures : all) {
        std::printf("%s, backlog of %llu entries, %llu worked off; its memory in KB:\n",
                    figures.candidate.c_str(), static_cast<unsigned long long>(figures.backlog),
                    static_cast<unsigned long long>(figures.bookings));
        for (const auto sample : figures.samples) std::printf(" %.0f", kilobytes(sample));
        std::printf("\npeak %.0f KB, growth after the first tenth %.0f KB; the backlog in Redis %.0f MB\n",
                    kilobytes(figures.peak), kilobytes(figures.growth()), kilobytes(figures.redis) / 1024);
    }
}

json::value to_json(const std::vector<Series>& all) {
    json::array array;
    for (const auto& series : all) {
        json::array rounds;
        for (const auto& round : series.rounds)
            rounds.push_back(figures([&](auto figure) { return round.*figure; }));
        json::object object{{"candidate", series.candidate},
                            {"medians", figures([&](auto figure) { return median(series, figure); })},
                            {"lowest_agent_us", lowest(series, &Round::agent_us)},
                            {"rounds", std::move(rounds)}};
        if (series.system_calls) object["system_calls"] = *series.system_calls;
        array.push_back(std::move(object));
    }
    return array;
}

json::value to_json(const std::vector<LatencyFigures>& all) {
    json::array array;
    for (const auto& figures : all)
        array.push_back({{"candidate", figures.candidate},
                         {"median_ms", figures.median},
                         {"p99_ms", figures.p99},
                         {"longest_ms", figures.longest}});
    return array;
}

json::value to_json(const std::vector<MemoryFigures>& all) {
    json::array array;
    for (const auto& figures : all)
        array.push_back({{"candidate", figures.candidate},
                         {"backlog", figures.backlog},
                         {"bookings", figures.bookings},
                         {"agent_bytes", json::value_from(figures.samples)},
                         {"peak_bytes", figures.peak},
                         {"redis_bytes", figures.redis},
                         {"growth_bytes", figures.growth()}});
    return array;
}

}  // namespace bench
