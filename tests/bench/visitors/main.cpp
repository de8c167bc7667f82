// How fast visitors get the available times: so many a second, evenly, from an agent on a core of its own
// whose Calendly is the sandbox. See tests/bench/README.md.
#include <cstdio>
#include <iostream>
#include <thread>
#include <vector>

#include <sched.h>

#include <CLI/CLI.hpp>

#include "bench/common/cost.hpp"
#include "bench/common/goal.hpp"
#include "e2e/harness/free_port.hpp"
#include "e2e/harness/http_client.hpp"
#include "e2e/harness/latency_histogram.hpp"
#include "e2e/harness/system.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* target = "/v1/scheduling/available-times?event_type=DISCOVERYCALL001";

struct Plan {
    unsigned rate = 200;  // a second
    unsigned seconds = 20;
    unsigned connections = 8;
    bool goals_required = false;
};

harness::SystemOptions with_scheduling(std::uint16_t admin_port) {
    harness::SystemOptions options;
    options.connectors["calendly"]["scheduling"] = "{enabled: true, event_types: [discovery_call]}";
    options.common["admin"] = "{listen: \"127.0.0.1:" + std::to_string(admin_port) + "\"}";
    return options;
}

// Whatever the answers take, each request starts at its time, or as soon as its connection is free: what
// waits for that counts as well.
harness::LatencyHistogram visit(std::uint16_t port, const Plan& plan, unsigned number,
                                Clock::time_point start) {
    harness::HttpClient client(port);
    harness::LatencyHistogram latency;
    const auto pause = std::chrono::nanoseconds(1'000'000'000) * plan.connections / plan.rate;
    auto due = start + pause * number / plan.connections;
    for (const auto end = start + std::chrono::seconds(plan.seconds); due < end; due += pause) {
        std::this_thread::sleep_until(due);
        const auto answer = client.request({"GET", target, {}, ""});
        if (answer.status != 200)
            throw std::runtime_error("available-times: " + std::to_string(answer.status));
        latency.record(Clock::now() - due);
    }
    return latency;
}

harness::LatencyHistogram measure(std::uint16_t port, const Plan& plan) {
    std::vector<harness::LatencyHistogram> parts(plan.connections);
    {
        std::vector<std::jthread> visitors;
        const auto start = Clock::now() + std::chrono::milliseconds(100);
        for (unsigned i = 0; i < plan.connections; ++i)
            visitors.emplace_back([&, i] { parts[i] = visit(port, plan, i, start); });
    }
    harness::LatencyHistogram all;
    for (const auto& part : parts) all += part;
    return all;
}

void move_to_first_core(pid_t process) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    CPU_SET(0, &cores);
    if (sched_setaffinity(process, sizeof(cores), &cores) != 0)
        throw std::runtime_error("the agent cannot be moved to core 0");
}

double in_ms(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

int run(const Plan& plan) {
    bench::stay_on_core(1);  // with all that we start
    const auto port = harness::free_port();
    harness::System system(with_scheduling(port));
    auto& agent = system.start_agent();
    move_to_first_core(agent.id());
    harness::send_once(port, {"GET", target, {}, ""});
    const auto latency = measure(port, plan);
    std::printf("%llu answers at %u a second: median %.2f ms, p99 %.2f ms\n",
                static_cast<unsigned long long>(latency.count()), plan.rate, in_ms(latency.quantile(0.5)),
                in_ms(latency.quantile(0.99)));
    const std::vector<bench::Goal> goals = {
        {"available-times from the cache, p99 ms", in_ms(latency.quantile(0.99)), true, 20},
        {"answers", static_cast<double>(latency.count()), false, 0.99 * plan.rate * plan.seconds}};
    bench::print_goals(goals);
    const bool are_reached = goals[0].reached() && goals[1].reached();
    return plan.goals_required && !are_reached ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) try {
    Plan plan;
    CLI::App app("Available times from the agent's cache");
    app.add_option("--rate", plan.rate, "visitors a second")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    app.add_option("--seconds", plan.seconds, "how long")->capture_default_str()->check(CLI::PositiveNumber);
    app.add_flag("--require-goals", plan.goals_required, "fail when a goal is missed");
    CLI11_PARSE(app, argc, argv);
    return run(plan);
} catch (const std::exception& error) {
    std::cerr << "visitors_bench: " << error.what() << "\n";
    return 1;
}
