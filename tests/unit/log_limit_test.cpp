#include "shared/log_limit.hpp"

#include <gtest/gtest.h>

namespace shared {
namespace {

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

}  // namespace
}  // namespace shared
