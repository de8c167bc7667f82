#include <gtest/gtest.h>

#include "ngx_module/back_off.hpp"
#include "ngx_module/log_limit.hpp"

namespace edge {
namespace {

using std::chrono::milliseconds;

TEST(EdgeBackOff, DoublesUpToHalfASecond) {
    EXPECT_EQ(back_off(0, 0), milliseconds(10));
    EXPECT_EQ(back_off(1, 0), milliseconds(10));
    EXPECT_EQ(back_off(2, 0), milliseconds(20));
    EXPECT_EQ(back_off(6, 0), milliseconds(320));
    EXPECT_EQ(back_off(7, 0), milliseconds(500));
    EXPECT_EQ(back_off(4'000'000'000, 0), milliseconds(500));
}

TEST(EdgeBackOff, IsSpreadOverTheUpperHalf) {
    auto least = milliseconds::max(), most = milliseconds::min();
    for (unsigned random = 0; random < 1000; ++random) {
        least = std::min(least, back_off(50, random));
        most = std::max(most, back_off(50, random));
    }
    EXPECT_EQ(least, milliseconds(250));
    EXPECT_EQ(most, milliseconds(500));
}

TEST(EdgeLogLimit, LetsOneLineASecondThroughAndCountsTheRest) {
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
}  // namespace edge
