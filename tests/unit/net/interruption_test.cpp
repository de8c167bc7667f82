#include "net/interruption.hpp"

#include <set>

#include <gtest/gtest.h>

namespace interruption_test {

using namespace std::chrono_literals;
using Time = std::chrono::steady_clock::time_point;

TEST(EndOfSleep, OfAShortOneIsExact) {
    for (const auto duration : {0ms, 1ms, 999ms, 1999ms})
        EXPECT_EQ(net::end_of_sleep(Time(12'345ms), duration), Time(12'345ms + duration));
}

TEST(EndOfSleep, OfLongOnesIsTheSameForAllWithinATenthOfASecond) {
    std::set<Time> ends;
    for (auto now = 10'001ms; now <= 10'100ms; now += 1ms) ends.insert(net::end_of_sleep(Time(now), 5s));
    EXPECT_EQ(ends, std::set<Time>{Time(15'100ms)});
}

TEST(EndOfSleep, IsNeverTooEarly) {
    for (auto now = 10'000ms; now < 10'500ms; now += 7ms)
        for (const auto duration : {2000ms, 2050ms, 5000ms}) {
            const auto late = net::end_of_sleep(Time(now), duration) - (Time(now) + duration);
            EXPECT_GE(late, 0ms);
            EXPECT_LT(late, 100ms);
        }
}

}  // namespace interruption_test
