// The benchmark of the agent; tests/bench/README.md says what is measured and how.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iostream>

#include <gtest/gtest.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "bench/agent/parts.hpp"
#include "bench/common/machine.hpp"
#include "bench/common/run_parts.hpp"
#include "e2e/harness/process_facts.hpp"

namespace {

namespace json = boost::json;
using namespace bench;

int run(Settings settings) {
    harness::allow_descriptors(20'000);
    std::signal(SIGPIPE, SIG_IGN);
    stay_on_core(1);  // with all that we start; the agents move to core 0
    settings.candidates = candidates_of(settings.programs);
    return run_parts(settings, all_parts(), {{"machine", machine()}, {"apis", "stub"}});
}

template <typename Number>
void add_number(CLI::App& app, const std::string& name, Number& value, const std::string& what) {
    app.add_option(name, value, what)->capture_default_str()->check(CLI::PositiveNumber);
}

void add_options(CLI::App& app, Settings& settings) {
    std::vector<std::string> names;
    for (const auto& [name, part] : all_parts()) names.push_back(name);
    app.add_option("parts", settings.parts,
                   "throughput variants history delayed latency memory idle connectors agents neighbours; "
                   "default: all")
        ->check(CLI::IsMember(names));
    app.add_option(
        "--agent", settings.programs,
        "[NAME=]PATH of a calendly-brevo, several times to compare them; default: the build's own");
    add_number(app, "--rounds", settings.plan.rounds, "how often each candidate is measured");
    add_number(app, "--bookings", settings.plan.bookings, "of a round");
    add_number(app, "--delay", settings.delays_ms,
               "of the APIs' answers in the part delayed, ms; once or more");
    add_number(app, "--webhooks", settings.latency.webhooks, "of the parts latency and neighbours");
    add_number(app, "--webhook-rate", settings.latency.rate, "likewise, a second");
    add_number(app, "--backlog", settings.memory.backlog, "of the part memory");
    add_number(app, "--soak", settings.memory.bookings, "bookings that are worked off in the part memory");
    add_number(app, "--idle-seconds", settings.idle_seconds, "of the parts idle and connectors");
    add_number(app, "--connectors", settings.connectors, "of the parts connectors and neighbours");
    app.add_flag("--system-calls", settings.plan.count_system_calls,
                 "count the agent's in a round of their own (root)");
    app.add_option("--json", settings.json_file, "write all figures to this file");
    app.add_flag("--require-goals", settings.goals_required, "fail when a goal is missed");
}

}  // namespace

int main(int argc, char** argv) try {
    Settings settings;
    CLI::App app("Measures the agent: what a booking costs, and how fast it is done.", "agent_bench");
    add_options(app, settings);
    CLI11_PARSE(app, argc, argv);
    const int result = run(std::move(settings));
    return testing::Test::HasFailure() ? EXIT_FAILURE : result;  // nginx raised an alert
} catch (const std::exception& error) {
    std::cerr << "agent_bench: error: " << error.what() << "\n";
    return EXIT_FAILURE;
}
