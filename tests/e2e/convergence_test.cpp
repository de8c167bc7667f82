// Any order, any duplicate, any outage: one right contact, and every event once.
//
//   CONVERGENCE_SEED=n build/convergence_tests     one seed again
//   CONVERGENCE_SEEDS=n build/convergence_tests --gtest_filter='Convergence.Soak'
#include <cstdlib>
#include <iostream>

#include <gtest/gtest.h>

#include "e2e/convergence_run.hpp"

namespace convergence {
namespace {

std::optional<std::uint64_t> number_from(const char* variable) {
    const char* text = std::getenv(variable);
    if (!text) return std::nullopt;
    return std::stoull(text);
}

// Gives the deliveries that were sent.
std::size_t expect_convergence(std::uint64_t seed) {
    const auto outcome = run_seed(seed);
    std::cout << "seed " << seed << ": " << to_text(weather_of(seed)) << ", " << outcome.deliveries
              << " deliveries, " << outcome.events << " events, " << outcome.kills << " kills" << std::endl;
    if (!outcome.failure.empty()) ADD_FAILURE() << outcome.failure;
    return outcome.deliveries;
}

// Seeds of one weather, beginning with `first` + 1.
void expect_convergence_of(Weather weather, std::uint64_t first, std::size_t seeds) {
    std::size_t deliveries = 0;
    for (auto seed = first + 1; seeds > 0; ++seed) {
        if (weather_of(seed) != weather) continue;
        deliveries += expect_convergence(seed);
        --seeds;
    }
    testing::Test::RecordProperty("deliveries", std::to_string(deliveries));
}

TEST(Convergence, OfWhatIsDeliveredInOrder) {
    expect_convergence_of(Weather::ordered, 0, 1);
}

TEST(Convergence, OfWhatIsDeliveredInAnyOrder) {
    expect_convergence_of(Weather::calm, 0, 1);
}

TEST(Convergence, WithTwoAgentsWhenCallsFail) {
    expect_convergence_of(Weather::windy, 0, 1);
}

TEST(Convergence, WithAgentsThatAreKilled) {
    expect_convergence_of(Weather::stormy, 0, 1);
}

TEST(ConvergenceSeed, Again) {
    const auto seed = number_from("CONVERGENCE_SEED");
    if (!seed) GTEST_SKIP() << "CONVERGENCE_SEED names none";
    expect_convergence(*seed);
}

}  // namespace
}  // namespace convergence
