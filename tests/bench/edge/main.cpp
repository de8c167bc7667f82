// The benchmark of the edge; tests/bench/README.md says what is measured and how.
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>

#include <gtest/gtest.h>
#include <CLI/CLI.hpp>

#include "bench/common/cost.hpp"
#include "bench/common/goal.hpp"
#include "bench/common/machine.hpp"
#include "bench/common/run_parts.hpp"
#include "bench/edge/disk.hpp"
#include "bench/edge/hmac.hpp"
#include "bench/edge/report.hpp"
#include "e2e/harness/process_facts.hpp"

namespace {

namespace json = boost::json;
using namespace bench;
using Kind = Candidate::Kind;

struct Settings {
    std::vector<std::string> parts = {"speed", "durable", "memory"};
    Plan plan;
    std::size_t connections = 64;
    std::uint64_t requests = 10'000'000;
    std::vector<std::size_t> memory_connections = {1000, 4000};
    std::string json_file;
    bool goals_required = false;
};

// One part of the benchmark: prints its table, gives its JSON and adds its goals.
using Part = std::function<json::value(const Settings&, std::vector<Goal>&)>;

// As many as a round takes, at rates that are not to be expected.
harness::SignedDeliveries deliveries(const Settings& settings) {
    const auto count = static_cast<std::size_t>(50'000 * std::max(settings.plan.seconds, 0.1));
    return {0, count, {.key = std::string(signing_key)}};
}

Candidates candidates(std::initializer_list<Kind> kinds, const Stream& stream, const Settings& settings) {
    Candidates all;
    for (const auto kind : kinds)
        all.push_back(std::make_unique<Candidate>(kind, stream.url(), settings.connections));
    return all;
}

json::value speed(const Settings& settings, std::vector<Goal>& goals) {
    Stream stream({});
    const auto all = measure(candidates({Kind::bare, Kind::calendly, Kind::lua}, stream, settings), stream,
                             deliveries(settings), settings.plan);
    const Series &bare = all[0], &ours = all[1], &lua = all[2];
    print_series(all);
    const double hmac = hmac_us(), least = 1 + hmac / median(bare, &Round::worker_us);
    std::printf(
        "HMAC-SHA256 of such a delivery: %.2f us; bare nginx with it would be %.2f times bare nginx\n", hmac,
        least);
    goals.push_back({"worker CPU, times bare nginx", median_ratio(ours, bare, &Round::worker_us), true, 1.3});
    goals.push_back({"worker CPU, times Lua", median_ratio(ours, lua, &Round::worker_us), true, 0.2});
    goals.push_back({"rate, times Lua", median_ratio(ours, lua, &Round::rate), false, 4});
    goals.push_back({"Redis CPU, us", median(ours, &Round::redis_us), true, 10});
    return {{"hmac_us", hmac}, {"candidates", to_json(all)}};
}

json::value durable(const Settings& settings, std::vector<Goal>& goals) {
    Stream stream({.keep = true, .arguments = {"--auto-aof-rewrite-percentage", "0"}});
    const double sync_us = static_cast<double>(sync_time(64 * 3072).count()) / 1000;
    std::printf("fdatasync of 192 KB on this disk: %.0f us\n", sync_us);
    const auto all =
        measure(candidates({Kind::calendly}, stream, settings), stream, deliveries(settings), settings.plan);
    print_series(all);
    goals.push_back({"appendfsync always: rate/s", median(all[0], &Round::rate), false, 10'000});
    goals.push_back({"appendfsync always: p99, ms", median(all[0], &Round::p99_ms), true, 25});
    return {{"fdatasync_us", sync_us}, {"candidates", to_json(all)}};
}

json::value memory(const Settings& settings, std::vector<Goal>&) {
    const auto all = measure_memory(settings.memory_connections);
    print_memory(all);
    return to_json(all);
}

json::value endurance(const Settings& settings, std::vector<Goal>& goals) {
    const auto result = endure(settings.requests, settings.connections, deliveries(settings));
    print_endurance(result);
    goals.push_back({"growth of the worker over all requests, KB",
                     static_cast<double>(result.growth()) / 1024, true, 1024});
    return to_json(result);
}

const std::map<std::string, Part> parts = {
    {"speed", speed}, {"durable", durable}, {"memory", memory}, {"endurance", endurance}};

int run(const Settings& settings) {
    harness::allow_descriptors(20'000);
    stay_on_core(1);  // with all that we start; the workers move to core 0 by themselves
    return run_parts(settings, parts, {{"machine", machine()}, {"connections", settings.connections}});
}

}  // namespace

int main(int argc, char** argv) try {
    Settings settings;
    CLI::App app("Measures the edge against bare nginx and against Lua that does the same job.",
                 "edge_bench");
    app.add_option("parts", settings.parts, "speed durable memory endurance; default: all but the last")
        ->check(CLI::IsMember({"speed", "durable", "memory", "endurance"}));
    app.add_option("--rounds", settings.plan.rounds, "how often each candidate is measured")
        ->capture_default_str();
    app.add_option("--seconds", settings.plan.seconds, "length of a round, about")->capture_default_str();
    app.add_option("--connections", settings.connections, "open at once")->capture_default_str();
    app.add_option("--requests", settings.requests, "of the part endurance")->capture_default_str();
    app.add_flag("--system-calls", settings.plan.count_system_calls,
                 "count the worker's, and Redis' syncs, in a round of their own (root)");
    app.add_option("--json", settings.json_file, "write all figures to this file");
    app.add_flag("--require-goals", settings.goals_required, "fail when a goal is missed");
    CLI11_PARSE(app, argc, argv);
    const int result = run(settings);
    return testing::Test::HasFailure() ? EXIT_FAILURE : result;  // a worker died, or nginx raised an alert
} catch (const std::exception& error) {
    std::cerr << "edge_bench: error: " << error.what() << "\n";
    return EXIT_FAILURE;
}
