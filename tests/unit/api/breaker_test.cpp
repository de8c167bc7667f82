// When an API is left alone, and when it is tried again.
#include <gtest/gtest.h>

#include "api/breaker.hpp"

namespace breaker_test {

using api::Breaker;
using namespace std::chrono_literals;

const Breaker::Time start{1h};

Breaker opened() {
    Breaker breaker({.first = 1000ms, .longest = 4000ms});
    for (Breaker::Caller caller = 1; caller <= 5; ++caller)
        EXPECT_EQ(breaker.fail(caller, start, 1.0), caller == 5) << "opens with the fifth";
    return breaker;
}

TEST(Breaker, OpensWhenFiveCallersInARowMeetTrouble) {
    EXPECT_TRUE(opened().is_open());
    EXPECT_FALSE(opened().admit(7, start));
}

TEST(Breaker, OneCallerAloneDoesNotOpenIt) {
    Breaker breaker({});
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(breaker.fail(1, start, 1.0));
    EXPECT_TRUE(breaker.admit(9, start));
}

TEST(Breaker, AnAnswerInBetweenKeepsItClosed) {
    Breaker breaker({});
    for (Breaker::Caller caller = 1; caller <= 20; ++caller) {
        EXPECT_FALSE(breaker.fail(caller, start, 1.0));
        if (caller % 4 == 0) {
            EXPECT_FALSE(breaker.close());
        }
    }
}

TEST(Breaker, LetsOneTryAtATimeWhenItsPauseIsOver) {
    auto breaker = opened();
    EXPECT_FALSE(breaker.admit(9, start + 999ms));
    EXPECT_TRUE(breaker.admit(9, start + 1000ms));
    EXPECT_FALSE(breaker.admit(8, start + 1000ms)) << "one is trying";
    breaker.leave(8);
    EXPECT_FALSE(breaker.admit(8, start + 1000ms)) << "and it is another one";
    breaker.leave(9);
    EXPECT_TRUE(breaker.admit(8, start + 1001ms)) << "that one came to nothing";
}

TEST(Breaker, PausesGrowUpToTheirLimit) {
    auto breaker = opened();
    auto now = start;
    for (const auto pause : {1000ms, 2000ms, 4000ms, 4000ms}) {
        EXPECT_FALSE(breaker.admit(9, now + pause - 1ms));
        now += pause;
        EXPECT_TRUE(breaker.admit(9, now));
        EXPECT_FALSE(breaker.fail(9, now, 1.0)) << "it is open already";
    }
}

TEST(Breaker, CallsThatWereUnderWayWhenItOpenedMakeItsPauseNoLonger) {
    auto breaker = opened();
    for (Breaker::Caller caller = 10; caller < 40; ++caller) EXPECT_FALSE(breaker.fail(caller, start, 1.0));
    EXPECT_TRUE(breaker.admit(9, start + 1000ms));
    EXPECT_FALSE(breaker.fail(10, start + 1000ms, 1.0));
    EXPECT_FALSE(breaker.admit(8, start + 1000ms)) << "nor do they end another's try";
}

TEST(Breaker, AnAnswerClosesItForEverybody) {
    auto breaker = opened();
    EXPECT_TRUE(breaker.admit(9, start + 1s));
    EXPECT_TRUE(breaker.close());
    EXPECT_FALSE(breaker.is_open());
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(breaker.admit(9, start + 1s));
    EXPECT_FALSE(breaker.fail(1, start + 1s, 1.0)) << "it takes five again";
}

}  // namespace breaker_test
