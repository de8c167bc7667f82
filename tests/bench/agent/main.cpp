// The benchmark of the agent; tests/bench/README.md says what is measured and how.
#include <csignal>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>

#include <gtest/gtest.h>
#include <CLI/CLI.hpp>

#include "bench/agent/report.hpp"
#include "bench/common/goal.hpp"
#include "bench/common/machine.hpp"
#include "e2e/harness/process_facts.hpp"

namespace {

namespace json = boost::json;
using namespace bench;

struct Settings {
    std::vector<std::string> parts = {"throughput"};
    std::vector<std::string> programs;
    std::vector<Candidate> candidates;
    ThroughputPlan plan;
    std::string json_file;
    bool goals_required = false;
};

// One part of the benchmark: prints its table, gives its JSON and adds its goals.
using Part = std::function<json::value(const Settings&, std::vector<Goal>&)>;

json::value throughput(const Settings& settings, std::vector<Goal>& goals) {
    const auto all = measure_throughput(settings.candidates, settings.plan);
    print_series(all);
    for (const auto& series : all) {
        goals.push_back(
            {series.candidate + ": CPU a booking, us", median(series, &Round::agent_us), true, 300});
        goals.push_back({series.candidate + ": bookings/s", median(series, &Round::rate), false, 2500});
    }
    return to_json(all);
}

const std::map<std::string, Part> parts = {{"throughput", throughput}};

int run(Settings settings) {
    harness::allow_descriptors(20'000);
    std::signal(SIGPIPE, SIG_IGN);
    stay_on_core(1);  // with all that we start; the agents move to core 0
    settings.candidates = candidates_of(settings.programs);
    json::object report{{"machine", machine()}};
    std::vector<Goal> goals;
    for (const auto& name : settings.parts) {
        std::printf("\n%s\n", name.c_str());
        report[name] = parts.at(name)(settings, goals);
    }
    std::printf("\n");
    print_goals(goals);
    report["goals"] = to_json(goals);
    if (!settings.json_file.empty()) harness::write_file(settings.json_file, json::serialize(report) + "\n");
    const bool all_reached = std::ranges::all_of(goals, &Goal::reached);
    return settings.goals_required && !all_reached ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) try {
    Settings settings;
    CLI::App app("Measures the agent: what a booking costs, and how fast it is done.", "agent_bench");
    app.add_option("parts", settings.parts, "throughput")->check(CLI::IsMember({"throughput"}));
    app.add_option(
        "--agent", settings.programs,
        "[NAME=]PATH of a calendly-brevo, once or more: they are compared; default: the build's own");
    app.add_option("--rounds", settings.plan.rounds, "how often each candidate is measured")
        ->capture_default_str();
    app.add_option("--bookings", settings.plan.bookings, "of a round")->capture_default_str();
    app.add_flag("--system-calls", settings.plan.count_system_calls,
                 "count the agent's in a round of their own (root)");
    app.add_option("--json", settings.json_file, "write all figures to this file");
    app.add_flag("--require-goals", settings.goals_required, "fail when a goal is missed");
    CLI11_PARSE(app, argc, argv);
    const int result = run(std::move(settings));
    return testing::Test::HasFailure() ? EXIT_FAILURE : result;  // nginx raised an alert
} catch (const std::exception& error) {
    std::cerr << "agent_bench: error: " << error.what() << "\n";
    return EXIT_FAILURE;
}
