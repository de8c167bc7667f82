#include <gtest/gtest.h>

#include "shared/back_off.hpp"

namespace shared {
namespace back_off_test {

using std::chrono::milliseconds;

TEST(BackOff, OfAConnectionDoublesUpToHalfASecond) {
    EXPECT_EQ(back_off(0, 0), milliseconds(10));
    EXPECT_EQ(back_off(1, 0), milliseconds(10));
    EXPECT_EQ(back_off(2, 0), milliseconds(20));
    EXPECT_EQ(back_off(6, 0), milliseconds(320));
    EXPECT_EQ(back_off(7, 0), milliseconds(500));
    EXPECT_EQ(back_off(4'000'000'000, 0), milliseconds(500));
}

TEST(BackOff, OfAConnectionIsSpreadOverTheUpperHalf) {
    auto least = milliseconds::max(), most = milliseconds::min();
    for (unsigned random = 0; random < 1000; ++random) {
        least = std::min(least, back_off(50, random));
        most = std::max(most, back_off(50, random));
    }
    EXPECT_EQ(least, milliseconds(250));
    EXPECT_EQ(most, milliseconds(500));
}

TEST(BackOff, OfACallDoublesUpToItsLimitWithFullJitter) {
    constexpr BackOff calls{milliseconds(100), milliseconds(1000)};
    EXPECT_EQ(calls.after(1, 1.0), milliseconds(100));
    EXPECT_EQ(calls.after(2, 1.0), milliseconds(200));
    EXPECT_EQ(calls.after(4, 0.5), milliseconds(400));
    EXPECT_EQ(calls.after(5, 1.0), milliseconds(1000));
    EXPECT_EQ(calls.after(4'000'000'000U, 1.0), milliseconds(1000));
    EXPECT_EQ(calls.after(3, 0.0), milliseconds(0));
}

TEST(BackOff, OfNothingIsNothing) {
    EXPECT_EQ(upper_half(milliseconds(0), 7), milliseconds(0));
    EXPECT_EQ(upper_half(milliseconds(1), 7), milliseconds(1));
}

}  // namespace back_off_test
}  // namespace shared
