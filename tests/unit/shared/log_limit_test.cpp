#include "shared/log_limit.hpp"

#include <gtest/gtest.h>

namespace shared {
namespace log_limit_test {

using std::chrono::milliseconds;

TEST(LogLimit, LetsOneLineASecondThroughAndCountsTheRest) {
    LogLimit limit;
    EXPECT_EQ(limit.admit(milliseconds(5000)), 0u);
    EXPECT_EQ(limit.admit(milliseconds(5001)), std::nullopt);
    EXPECT_EQ(limit.admit(milliseconds(5999)), std::nullopt);
    EXPECT_EQ(limit.admit(milliseconds(6000)), 2u);
    EXPECT_EQ(limit.admit(milliseconds(6500)), std::nullopt);
    EXPECT_EQ(limit.admit(milliseconds(60'000)), 1u);
    EXPECT_EQ(limit.admit(milliseconds(70'000)), 0u);
}

TEST(LogLimit, IsAsGoodAsNewWhenThereIsNothingToTellAnyMore) {
    LogLimit limit;
    EXPECT_TRUE(limit.is_fresh(milliseconds(5000)));
    limit.admit(milliseconds(5000));
    EXPECT_FALSE(limit.is_fresh(milliseconds(5999)));
    EXPECT_TRUE(limit.is_fresh(milliseconds(6000)));
    limit.admit(milliseconds(5001));
    EXPECT_FALSE(limit.is_fresh(milliseconds(60'000)));
}

TEST(LogLimit, ALineEndsWithTheNumberOfLinesSuppressedOnlyWhenThereWereAny) {
    EXPECT_EQ(suppressed_note(0), "");
    EXPECT_EQ(suppressed_note(1), " (1 similar line suppressed)");
    EXPECT_EQ(suppressed_note(25), " (25 similar lines suppressed)");
}

TEST(LogLimits, NoCauseHidesAnother) {
    LogLimits limits;
    EXPECT_EQ(limits.admit("refused", milliseconds(5000)), 0u);
    EXPECT_EQ(limits.admit("read only", milliseconds(5001)), 0u);
    EXPECT_EQ(limits.admit("refused", milliseconds(5002)), std::nullopt);
    EXPECT_EQ(limits.admit("refused", milliseconds(6000)), 1u);
    EXPECT_EQ(limits.admit("read only", milliseconds(6001)), 0u);
}

TEST(LogLimits, CausesWithoutEndAreBounded) {
    LogLimits limits;
    const auto admitted = [&](int first, milliseconds now) {
        int lines = 0;
        for (int i = 0; i < 1000; ++i)
            lines += limits.admit("cause " + std::to_string(first + i), now) ? 1 : 0;
        return lines;
    };
    const int most = static_cast<int>(LogLimits::most);
    EXPECT_EQ(admitted(0, milliseconds(5000)), most + 1) << "the rest share one limit";
    EXPECT_EQ(admitted(1000, milliseconds(5500)), 0);
    EXPECT_EQ(admitted(2000, milliseconds(6000)), most + 1) << "those of a second ago are forgotten";
}

TEST(LogLimits, WhatWasKeptBackIsTakenOfAllAtOnce) {
    LogLimits limits;
    for (const auto* cause : {"refused", "read only", "refused", "read only", "refused"})
        limits.admit(cause, milliseconds(5000));
    EXPECT_EQ(limits.take_kept_back(), 3u);
    EXPECT_EQ(limits.take_kept_back(), 0u);
    EXPECT_EQ(limits.admit("refused", milliseconds(6000)), 0u);
}

TEST(LogLimits, WhatWasKeptBackIsNotForgotten) {
    LogLimits limits;
    limits.admit("old", milliseconds(5000));
    limits.admit("old", milliseconds(5001));
    for (std::size_t i = 0; i < 2 * LogLimits::most; ++i)
        limits.admit("new " + std::to_string(i), milliseconds(9000));
    EXPECT_EQ(limits.admit("old", milliseconds(9000)), 1u);
}

}  // namespace log_limit_test
}  // namespace shared
