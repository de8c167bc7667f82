#include <gtest/gtest.h>

#include "api/rate_limit.hpp"

namespace rate_limit_test {

using namespace std::chrono_literals;

TEST(Schedule, IsEvenlyPacedAt97Percent) {
    api::Schedule schedule({10, 1s});
    const api::Schedule::Time start{1h};
    EXPECT_EQ(schedule.reserve(start, 0ns), start);
    const auto second = schedule.reserve(start, 0ns);
    EXPECT_NEAR(static_cast<double>((second - start).count()), 1e9 / 9.7, 1e6);
    EXPECT_EQ(schedule.reserve(start + 1h, 0ns), start + 1h) << "what was not used is not saved up";
    EXPECT_GT(schedule.reserve(start + 1h, 0ns), start + 1h);
}

TEST(Schedule, MayBeSlowerThanItsLimitAndNeverFaster) {
    api::Schedule schedule({10, 1s});
    const api::Schedule::Time start{1h};
    schedule.reserve(start, 5s);
    EXPECT_EQ(schedule.reserve(start, 1ns), start + 5s);
    EXPECT_GT(schedule.reserve(start, 0ns), start + 5s + 100ms);
}

TEST(Schedule, NoLimitNeverWaits) {
    api::Schedule schedule({});
    const api::Schedule::Time start{1h};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(schedule.reserve(start, 0ns), start);
}

TEST(Spread, MakesTheRestLastUntilTheReset) {
    EXPECT_EQ(api::spread({10, 31s}).interval, 3s);
    EXPECT_EQ(api::spread({10, 31s}).lasts, 30s);
    EXPECT_EQ(api::spread({0, 31s}).interval, 30s) << "nothing remains: until the reset";
}

TEST(Spread, SaysNothingAboutAWindowThatIsAboutToEnd) {
    for (const auto reset : {0s, 1s}) EXPECT_EQ(api::spread({1, reset}).interval, 0ns);
}

TEST(Spread, SaysNothingAboutAResetThatNoWindowHas) {
    EXPECT_EQ(api::spread({1, 1'700'000'000s}).interval, 0ns);
}

TEST(Spread, IsSilentForAMinuteAtMost) {
    for (const long remaining : {0L, 1L, 30L}) {
        EXPECT_EQ(api::spread({remaining, 3600s}).interval, 60s) << remaining;
        EXPECT_EQ(api::spread({remaining, 3600s}).lasts, 60s) << remaining;
    }
    EXPECT_LT(api::spread({100, 3600s}).interval, 60s);
}

TEST(Spread, NeverSlowsTheSteadyPaceOfAWholeMinute) {
    const auto pace = api::Schedule({500, 60s}).interval();
    for (int second = 0; second < 60; ++second) {
        const long used = static_cast<long>(second * 500 * 0.97 / 60);
        EXPECT_LE(api::spread({500 - used, std::chrono::seconds(60 - second)}).interval, pace) << second;
    }
}

}  // namespace rate_limit_test
