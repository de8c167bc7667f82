#include "bench/edge/report.hpp"

#include <cstdio>

namespace bench {
namespace {

namespace json = boost::json;

struct Column {
    const char* title;  // for people; also says the unit
    const char* name;   // in JSON
    double Round::*figure;
    int decimals;
};

constexpr Column columns[] = {{"worker us", "worker_us", &Round::worker_us, 1},
                              {"Redis us", "redis_us", &Round::redis_us, 1},
                              {"rate/s", "rate", &Round::rate, 0},
                              {"p50 ms", "p50_ms", &Round::p50_ms, 2},
                              {"p99 ms", "p99_ms", &Round::p99_ms, 2},
                              {"switches", "context_switches", &Round::context_switches, 3}};

json::object figures(const auto& figure_of) {
    json::object object;
    for (const auto& column : columns) object[column.name] = figure_of(column.figure);
    return object;
}

double kilobytes(std::size_t bytes) {
    return static_cast<double>(bytes) / 1024;
}

}  // namespace

void print_series(const std::vector<Series>& all) {
    std::printf("%-18s", "medians");
    for (const auto& column : columns) std::printf(" %10s", column.title);
    std::printf(" %10s %10s\n", "syscalls", "syncs");
    for (const auto& series : all) {
        std::printf("%-18s", series.candidate.c_str());
        for (const auto& column : columns)
            std::printf(" %10.*f", column.decimals, median(series, column.figure));
        if (const auto& calls = series.calls)
            std::printf(" %10.2f %10.3f\n", calls->worker, calls->redis_syncs);
        else
            std::printf(" %10s %10s\n", "-", "-");
    }
}

void print_memory(const std::vector<MemoryFigures>& all) {
    std::printf("%-18s %12s %16s %16s\n", "bytes", "connections", "waiting request", "idle connection");
    for (const auto& figures : all)
        std::printf("%-18s %12zu %16.0f %16.0f\n", figures.candidate.c_str(), figures.connections,
                    figures.waiting, figures.idle);
}

void print_endurance(const Endurance& endurance) {
    std::printf("%llu requests, %.0f/s; the worker's own memory in KB:\n",
                static_cast<unsigned long long>(endurance.requests), endurance.rate);
    for (const auto sample : endurance.samples) std::printf(" %.0f", kilobytes(sample));
    std::printf("\ngrowth after the warm-up: %.0f KB\n", kilobytes(endurance.growth()));
}

json::value to_json(const std::vector<Series>& all) {
    json::array array;
    for (const auto& series : all) {
        json::array rounds;
        for (const auto& round : series.rounds) {
            auto object = figures([&](auto figure) { return round.*figure; });
            object["accepted"] = round.accepted;
            rounds.push_back(std::move(object));
        }
        json::object object{{"candidate", series.candidate},
                            {"medians", figures([&](auto figure) { return median(series, figure); })},
                            {"rounds", std::move(rounds)}};
        if (const auto& calls = series.calls)
            object["system_calls"] = {{"worker", calls->worker}, {"redis_syncs", calls->redis_syncs}};
        array.push_back(std::move(object));
    }
    return array;
}

json::value to_json(const std::vector<MemoryFigures>& all) {
    json::array array;
    for (const auto& figures : all)
        array.push_back({{"candidate", figures.candidate},
                         {"connections", figures.connections},
                         {"bytes_per_waiting_request", figures.waiting},
                         {"bytes_per_idle_connection", figures.idle}});
    return array;
}

json::value to_json(const Endurance& endurance) {
    return {{"requests", endurance.requests},
            {"rate", endurance.rate},
            {"worker_bytes", json::value_from(endurance.samples)},
            {"growth_bytes", endurance.growth()}};
}

}  // namespace bench
