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
    const milliseconds none(0);
    EXPECT_TRUE(limit.is_fresh(milliseconds(5000), none));
    limit.admit(milliseconds(5000));
    EXPECT_FALSE(limit.is_fresh(milliseconds(5999), none));
    EXPECT_TRUE(limit.is_fresh(milliseconds(6000), none));
    EXPECT_FALSE(limit.is_fresh(milliseconds(6000), milliseconds(2000)));
    limit.admit(milliseconds(5001));
    EXPECT_FALSE(limit.is_fresh(milliseconds(60'000), none));
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

class LogLimitsOfRepeats : public testing::Test {
protected:
    std::optional<unsigned long> admit(const char* cause, std::int64_t seconds) {
        return limits_.admit(cause, std::chrono::seconds(seconds));
    }

    LogLimits limits_{std::chrono::minutes(5)};
};

TEST_F(LogLimitsOfRepeats, WhatIsNewIsWrittenAtOnce) {
    EXPECT_EQ(admit("refused", 5), 0u);
    EXPECT_EQ(admit("refused", 65), 0u) << "none was repeated within five minutes";
    EXPECT_EQ(admit("read only", 66), 0u);
    EXPECT_EQ(admit("no answer", 67), 0u);
}

TEST_F(LogLimitsOfRepeats, OfAllThatComesAgainOneLineIsWritten) {
    for (const auto* cause : {"refused", "read only", "no answer"}) admit(cause, 5);
    EXPECT_EQ(admit("refused", 10), 0u);
    EXPECT_EQ(admit("read only", 20), std::nullopt);
    EXPECT_EQ(admit("refused", 30), std::nullopt);
    EXPECT_EQ(admit("no answer", 309), std::nullopt);
    EXPECT_EQ(admit("read only", 310), 1u);
    EXPECT_EQ(admit("refused", 311), std::nullopt);
    EXPECT_EQ(admit("refused", 610), 2u);
}

TEST_F(LogLimitsOfRepeats, WhatWasNotMetForTenMinutesIsNew) {
    for (const auto* cause : {"refused", "read only"}) admit(cause, 5);
    EXPECT_EQ(admit("refused", 10), 0u);
    EXPECT_EQ(admit("read only", 15), std::nullopt);
    EXPECT_EQ(admit("read only", 309), std::nullopt);
    EXPECT_EQ(admit("read only", 909), 2u);
}

TEST_F(LogLimitsOfRepeats, HoweverManyThingsFailForHalfAnHourItIsAPage) {
    std::size_t lines = 0;
    for (int second = 5; second < 1805; ++second)
        for (const auto* cause : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"})
            lines += admit(cause, second) ? 1 : 0;
    EXPECT_EQ(lines, 12u + 6u);
}

}  // namespace log_limit_test
}  // namespace shared
