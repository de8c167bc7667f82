#include <gtest/gtest.h>

#include "shared/back_off.hpp"

namespace shared {
namespace {

using std::chrono::milliseconds;

TEST(BackOff, DoublesUpToHalfASecond) {
    EXPECT_EQ(back_off(0, 0), milliseconds(10));
    EXPECT_EQ(back_off(1, 0), milliseconds(10));
    EXPECT_EQ(back_off(2, 0), milliseconds(20));
    EXPECT_EQ(back_off(6, 0), milliseconds(320));
    EXPECT_EQ(back_off(7, 0), milliseconds(500));
    EXPECT_EQ(back_off(4'000'000'000, 0), milliseconds(500));
}

TEST(BackOff, IsSpreadOverTheUpperHalf) {
    auto least = milliseconds::max(), most = milliseconds::min();
    for (unsigned random = 0; random < 1000; ++random) {
        least = std::min(least, back_off(50, random));
        most = std::max(most, back_off(50, random));
    }
    EXPECT_EQ(least, milliseconds(250));
    EXPECT_EQ(most, milliseconds(500));
}

}  // namespace
}  // namespace shared
