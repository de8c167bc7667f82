// Who may call an API and who waits until when, line by line.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/gate.hpp"

namespace gate_test {

using api::Gate;
using Refusal = api::Gate::Refusal;
using namespace std::chrono_literals;

constexpr auto may_call = std::nullopt;

class GateTest : public testing::Test {
protected:
    static api::ApiFailure refusal(unsigned status) {
        api::ApiFailure failure;
        failure.remedy = api::Remedy::park;
        failure.status = status;
        failure.reason = "refused with " + std::to_string(status);
        return failure;
    }

    // Five callers in a row meet trouble; the first pause is a second.
    void open() {
        for (int i = 0; i < 5; ++i) gate_.on_trouble(gate_.enter(), now_, 1.0);
        ASSERT_TRUE(state_.is_resting);
        gate_.take_change();
    }

    std::optional<Gate::Time> ask(Gate::Caller caller) { return gate_.wait_until(caller, now_); }
    Refusal refuse(Gate::Caller caller, unsigned status = 401) {
        return gate_.on_refusal(caller, refusal(status), now_);
    }

    api::ApiState state_;
    Gate gate_{state_, {.first = 1000ms, .longest = 4000ms}, 60s};
    Gate::Time now_{1h};
    Gate::Caller a_ = gate_.enter(), b_ = gate_.enter(), c_ = gate_.enter();
};

TEST_F(GateTest, EverybodyMayCallAnApiThatIsWell) {
    for (const auto caller : {a_, b_, c_, a_}) EXPECT_EQ(ask(caller), may_call);
    gate_.on_answer(0);
    gate_.on_answer(404);
    EXPECT_FALSE(gate_.take_change()) << "nobody has anything to look at";
}

TEST_F(GateTest, WhileTheBreakerIsOpenTheFirstInLineTriesWhenThePauseIsOver) {
    open();
    EXPECT_EQ(ask(a_), now_ + 1s);
    EXPECT_EQ(ask(b_), Gate::never);
    now_ += 1s;
    EXPECT_EQ(ask(b_), Gate::never) << "it is not the first";
    EXPECT_EQ(ask(a_), may_call);
    EXPECT_EQ(ask(b_), Gate::never) << "one is trying";
}

TEST_F(GateTest, ATryThatMeetsTroubleGoesToTheEndOfTheLine) {
    open();
    ask(a_);
    ask(b_);
    now_ += 1s;
    ASSERT_EQ(ask(a_), may_call);
    EXPECT_FALSE(gate_.on_trouble(a_, now_, 1.0)) << "it is open already";
    EXPECT_TRUE(gate_.take_change());
    EXPECT_EQ(ask(a_), Gate::never);
    EXPECT_EQ(ask(b_), now_ + 2s) << "pauses grow";
}

TEST_F(GateTest, ATryThatTellsNothingLeavesTheApiToTheNextAtOnce) {
    for (int way = 0; way < 3; ++way) {
        open();
        ask(a_);
        ask(b_);
        now_ += 10s;
        ASSERT_EQ(ask(a_), may_call);
        if (way == 0) gate_.on_pause(a_);
        if (way == 1) refuse(a_);
        if (way == 2) gate_.leave(a_);
        EXPECT_TRUE(gate_.take_change());
        EXPECT_EQ(ask(b_), may_call);
        gate_.on_answer(0);
    }
}

TEST_F(GateTest, WhenTheFirstInLineIsGoneTheNextOneTakesItsPlace) {
    open();
    ask(a_);
    ask(b_);
    gate_.leave(a_);
    EXPECT_TRUE(gate_.take_change());
    EXPECT_EQ(ask(b_), now_ + 1s);
}

TEST_F(GateTest, OneWhoWasNotTheFirstChangesNothingByLeaving) {
    open();
    for (const auto caller : {a_, b_, c_}) ask(caller);
    gate_.leave(b_);
    EXPECT_FALSE(gate_.take_change());
    now_ += 1s;
    EXPECT_EQ(ask(a_), may_call);
}

TEST_F(GateTest, AnAnswerClosesTheBreakerForEverybody) {
    open();
    ask(a_);
    ask(b_);
    now_ += 1s;
    ask(a_);
    EXPECT_TRUE(gate_.on_answer(404).is_closed) << "a refusal of the call alone is an answer, too";
    EXPECT_TRUE(gate_.take_change());
    EXPECT_FALSE(state_.is_resting);
    for (const auto caller : {a_, b_, c_}) EXPECT_EQ(ask(caller), may_call);
}

TEST_F(GateTest, CallsUnderWayWhenItOpenedLengthenNothing) {
    open();
    ask(a_);
    for (int i = 0; i < 20; ++i) gate_.on_trouble(gate_.enter(), now_, 1.0);
    EXPECT_FALSE(gate_.take_change());
    EXPECT_EQ(ask(a_), now_ + 1s);
}

TEST_F(GateTest, TheFirstThatIsRefusedProbesOnceInAnInterval) {
    EXPECT_EQ(refuse(a_), Refusal::parks);
    EXPECT_EQ(state_.parked, "refused with 401");
    EXPECT_EQ(refuse(b_), Refusal::known);
    EXPECT_EQ(ask(a_), now_ + 60s);
    EXPECT_EQ(ask(b_), Gate::never);
    now_ += 60s;
    EXPECT_EQ(ask(b_), Gate::never);
    EXPECT_EQ(ask(a_), may_call);
    EXPECT_EQ(refuse(a_), Refusal::still_parks);
    EXPECT_EQ(ask(a_), now_ + 60s);
}

TEST_F(GateTest, CallersThatWereNotRefusedAreNotHeldBackByTheParking) {
    refuse(a_);
    EXPECT_EQ(ask(b_), may_call);
}

TEST_F(GateTest, WhatOneFindsOutUnparksEverybody) {
    refuse(a_);
    refuse(b_);
    EXPECT_TRUE(gate_.on_answer(0).is_unparked);
    EXPECT_FALSE(state_.is_parked());
    EXPECT_TRUE(gate_.take_change());
    EXPECT_EQ(ask(a_), may_call) << "at once, it does not wait for its probe";
    EXPECT_EQ(ask(b_), may_call);
    EXPECT_FALSE(gate_.on_answer(0).is_unparked);
}

TEST_F(GateTest, ARefusalThatCanBeDoneWithoutUnparksOnlyWhenItIsForAnotherReason) {
    refuse(a_, 403);
    EXPECT_FALSE(gate_.on_answer(403).is_unparked);
    EXPECT_TRUE(state_.is_parked());
    EXPECT_TRUE(gate_.on_answer(404).is_unparked) << "the credential was accepted";
}

TEST_F(GateTest, WhenTheProberIsGoneTheNextThatWasRefusedProbesAtTheSameTime) {
    refuse(a_);
    refuse(b_);
    const auto probe = now_ + 60s;
    now_ += 10s;
    EXPECT_FALSE(gate_.leave(a_));
    EXPECT_TRUE(gate_.take_change());
    EXPECT_EQ(ask(b_), probe);
}

TEST_F(GateTest, OneThatIsRefusedWhenTheProberIsGoneTakesItsPlace) {
    refuse(a_);
    gate_.leave(a_);
    EXPECT_EQ(refuse(b_), Refusal::known) << "others are there: it is parked still";
    EXPECT_EQ(ask(b_), now_ + 60s);
}

TEST_F(GateTest, WhenNobodyIsLeftToProbeTheNextEntryTries) {
    refuse(a_);
    EXPECT_FALSE(gate_.leave(a_));
    EXPECT_FALSE(gate_.leave(b_));
    EXPECT_TRUE(state_.is_parked()) << "one is left that may find out";
    EXPECT_TRUE(gate_.leave(c_));
    EXPECT_FALSE(state_.is_parked());
    EXPECT_EQ(ask(gate_.enter()), may_call);
}

TEST_F(GateTest, TroubleOfTheProberIsNoReasonToUnpark) {
    refuse(a_);
    now_ += 60s;
    ASSERT_EQ(ask(a_), may_call);
    gate_.on_trouble(a_, now_, 1.0);
    EXPECT_TRUE(state_.is_parked());
    EXPECT_EQ(ask(a_), may_call) << "it is the prober still";
}

TEST_F(GateTest, AParkedApiInTroubleIsProbedInTheLineOfTheBreaker) {
    refuse(a_);
    now_ += 60s;
    open();
    EXPECT_EQ(ask(b_), now_ + 1s);
    EXPECT_EQ(ask(a_), Gate::never) << "b is first";
    now_ += 1s;
    EXPECT_EQ(ask(b_), may_call);
    EXPECT_TRUE(gate_.on_answer(0).is_closed);
    EXPECT_EQ(ask(a_), may_call);
}

TEST_F(GateTest, ARefusalMaySayThatItIsWorthAskingSooner) {
    auto failure = refusal(0);
    failure.probe = 5s;
    gate_.on_refusal(a_, failure, now_);
    EXPECT_EQ(ask(a_), now_ + 5s);
    EXPECT_EQ(gate_.pause_after(refusal(401)), 60s);
    failure.probe = 1h;
    EXPECT_EQ(gate_.pause_after(failure), 60s) << "never later than usual";
}

}  // namespace gate_test
