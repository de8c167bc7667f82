// Any order, any duplicate, any outage: one right contact, and every event once.
//
//   CONVERGENCE_SEED=n build/convergence_tests      that seed again, and nothing else
//   CONVERGENCE_SEEDS=n build/convergence_tests --gtest_filter='ConvergenceSoak.*'      n seeds, from
//   CONVERGENCE_SEED
#include <iostream>

#include <gtest/gtest.h>

#include "e2e/convergence/run.hpp"
#include "e2e/harness/number_from.hpp"

namespace convergence {
namespace {

using harness::number_from;

void expect_convergence(std::uint64_t seed) {
    const auto outcome = run_seed(seed);
    std::cout << "seed " << seed << ": " << to_text(weather_of(seed)) << ", " << outcome.deliveries
              << " deliveries, " << outcome.reconciled << " entries of history, " << outcome.events
              << " events, " << outcome.kills << " kills, " << outcome.redis_restarts << " restarts of Redis"
              << std::endl;
    if (!outcome.failure.empty()) ADD_FAILURE() << outcome.failure;
}

class Convergence : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Convergence, IsReached) {
    if (number_from("CONVERGENCE_SEED")) GTEST_SKIP() << "CONVERGENCE_SEED names another test";
    expect_convergence(GetParam());
}

// The fixed seeds: more than 20,000 deliveries in all.
auto seeds_of(Weather weather, std::size_t count) {
    std::vector<std::uint64_t> seeds;
    for (std::uint64_t seed = 1; seeds.size() < count; ++seed)
        if (weather_of(seed) == weather) seeds.push_back(seed);
    return testing::ValuesIn(seeds);
}

std::string name_of(const testing::TestParamInfo<std::uint64_t>& test) {
    return "Seed" + std::to_string(test.param);
}

INSTANTIATE_TEST_SUITE_P(Ordered, Convergence, seeds_of(Weather::ordered, 3), name_of);
INSTANTIATE_TEST_SUITE_P(Calm, Convergence, seeds_of(Weather::calm, 7), name_of);
INSTANTIATE_TEST_SUITE_P(Windy, Convergence, seeds_of(Weather::windy, 5), name_of);
INSTANTIATE_TEST_SUITE_P(Stormy, Convergence, seeds_of(Weather::stormy, 3), name_of);

TEST(ConvergenceSeed, Again) {
    const auto seed = number_from("CONVERGENCE_SEED");
    if (!seed || number_from("CONVERGENCE_SEEDS")) GTEST_SKIP() << "CONVERGENCE_SEED names no single one";
    expect_convergence(*seed);
}

TEST(ConvergenceSoak, ManySeeds) {
    if (number_from("CONVERGENCE_SEED") && !number_from("CONVERGENCE_SEEDS"))
        GTEST_SKIP() << "CONVERGENCE_SEED names a single one";
    const auto first = number_from("CONVERGENCE_SEED").value_or(1000);
    const auto count = number_from("CONVERGENCE_SEEDS").value_or(200);
    for (auto seed = first; seed < first + count; ++seed) expect_convergence(seed);
}

}  // namespace
}  // namespace convergence
