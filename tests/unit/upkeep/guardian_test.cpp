// The guardian, turn by turn, with a clock of the test's.
#include "upkeep/guardian.hpp"
#include "redis/error.hpp"
#include "unit/upkeep/fixture.hpp"

namespace upkeep_guardian_test {

using namespace upkeep_support;
using rules::EdgeState;
using rules::SubscriptionState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Optional;
using testing::SizeIs;

class GuardianTest : public UpkeepTest {
protected:
    static upkeep::GuardianSettings settings(bool repairs) {
        upkeep::GuardianSettings settings;
        settings.check_every = 5min;
        settings.repairs = repairs;
        settings.arrival_patience = 1ms;
        return settings;
    }
    upkeep::Guardian make(bool repairs, redis::UpkeepStore& with) {
        return make_with(settings(repairs), with);
    }
    upkeep::Guardian make_with(const upkeep::GuardianSettings& how, redis::UpkeepStore& with) {
        return {how,
                {subscriptions, probe, with, &rotation, [this] { return keys_in_file(); },
                 [this] { return is_slow_; },
                 [this](const api::ApiFailure& failure) { lacking_ = failure.required_scopes; },
                 [this] { return clock; }},
                interruption,
                log};
    }
    void turn(upkeep::Guardian& guardian) {
        run(guardian.turn());
        advance(5min);
    }
    std::ptrdiff_t looks() const { return std::ranges::count(account.calls, "list user"); }

    bool is_slow_ = false;
    std::vector<std::string> lacking_;
};

TEST_F(GuardianTest, WhatIsAsItShouldBeIsNotALine) {
    account.all = {ours()};
    auto guardian = make(true, store);
    turn(guardian);
    EXPECT_EQ(guardian.report().subscription, SubscriptionState::ok);
    EXPECT_EQ(guardian.report().edge, EdgeState::ok);
    EXPECT_THAT(lines.str(), Not(HasSubstr("subscription is")));
    EXPECT_THAT(account.made, IsEmpty());
}

TEST_F(GuardianTest, LooksWhenItsTimeHasCome) {
    account.all = {ours()};
    auto guardian = make(false, store);
    run(guardian.turn());
    advance(4min);
    run(guardian.turn());
    EXPECT_EQ(looks(), 1);
    advance(1min);
    run(guardian.turn());
    EXPECT_EQ(looks(), 2);
}

TEST_F(GuardianTest, SaysWhatIsWrongAtEachLook) {
    auto guardian = make(false, store);
    turn(guardian);
    turn(guardian);
    EXPECT_EQ(guardian.report().subscription, SubscriptionState::missing);
    const auto text = lines.str();
    const std::string line = "the webhook subscription is missing: bookings do not arrive";
    EXPECT_NE(text.find(line), text.rfind(line));
    EXPECT_THAT(account.made, IsEmpty());
}

TEST_F(GuardianTest, RepairsAndAsksForAReconciliation) {
    auto guardian = make(true, store);
    turn(guardian);
    EXPECT_THAT(account.all, SizeIs(1));
    EXPECT_EQ(account.made[0].signing_key, key_);
    EXPECT_EQ(guardian.report().subscription, SubscriptionState::ok);
    EXPECT_EQ(guardian.report().repairs, 1u);
    EXPECT_THAT(store.shelf().find("reconcile"), Optional(std::string("the subscription was missing")));
}

// An agent that dies on the way has asked for it.
TEST_F(GuardianTest, AsksForAReconciliationBeforeItRepairs) {
    std::optional<std::string> wish;
    account.on_call = [&](const std::string& call) -> std::optional<api::ApiFailure> {
        if (call == "subscribe") wish = store.shelf().find("reconcile");
        return std::nullopt;
    };
    auto guardian = make(true, store);
    turn(guardian);
    EXPECT_THAT(wish, Optional(std::string("the subscription is missing")));
}

TEST_F(GuardianTest, RepairsAtMostOnceInTenMinutes) {
    auto guardian = make(true, store);
    turn(guardian);
    account.all.clear();
    turn(guardian);
    EXPECT_THAT(account.all, IsEmpty());
    turn(guardian);
    EXPECT_THAT(account.all, SizeIs(1)) << "ten minutes later";
}

TEST_F(GuardianTest, LeavesAloneWhatACommandIsWorkingOn) {
    run(store.note_repair(10min));
    auto guardian = make(true, store);
    turn(guardian);
    EXPECT_THAT(account.made, IsEmpty());
}

TEST_F(GuardianTest, ARepairThatChangedNothingIsTriedAgainAtTheNextLook) {
    account.on_call = [](const std::string& call) -> std::optional<api::ApiFailure> {
        if (call != "subscribe") return std::nullopt;
        return fakes::AccountApi::failure(503, api::Remedy::retry);
    };
    auto guardian = make(true, store);
    turn(guardian);
    EXPECT_THAT(lines.str(), HasSubstr("cannot be repaired"));
    account.on_call = {};
    turn(guardian);
    EXPECT_THAT(account.all, SizeIs(1));
}

TEST_F(GuardianTest, AFailureOfTheApiLeavesTheStateAsItWas) {
    account.all = {ours()};
    auto guardian = make(true, store);
    turn(guardian);
    account.on_call = [](const std::string&) { return fakes::AccountApi::failure(429, api::Remedy::retry); };
    turn(guardian);
    EXPECT_EQ(guardian.report().subscription, SubscriptionState::ok);
    EXPECT_THAT(lines.str(), HasSubstr("cannot be checked"));
}

TEST_F(GuardianTest, AScopeThatTheTokenLacksIsTold) {
    account.on_call = [](const std::string&) {
        auto refusal = fakes::AccountApi::failure(403, api::Remedy::give_up);
        refusal.required_scopes = {"webhooks:read"};
        return refusal;
    };
    auto guardian = make(true, store);
    turn(guardian);
    EXPECT_THAT(lacking_, ElementsAre("webhooks:read"));
}

TEST_F(GuardianTest, WhatAMemberCannotSeeIsNoVerdict) {
    account.leads = false;
    auto guardian = make(true, store);
    turn(guardian);
    EXPECT_FALSE(guardian.report().subscription);
    EXPECT_THAT(account.made, IsEmpty());
}

// The new key of a rotation that nginx has not loaded yet must not sign.
TEST_F(GuardianTest, RepairsWithTheNewestKeyThatNginxHas) {
    write_keys({key_, "not-loaded-yet-by-nginx"});
    auto guardian = make(true, store);
    turn(guardian);
    ASSERT_THAT(account.made, SizeIs(1));
    EXPECT_EQ(account.made[0].signing_key, key_);
    EXPECT_EQ(guardian.report().edge, EdgeState::doubtful) << "somebody should reload nginx";
}

TEST_F(GuardianTest, DoesNotRepairWithKeysThatNginxDoesNotHave) {
    edge.keys = {"another-key-of-the-tests"};
    auto guardian = make(true, store);
    turn(guardian);
    EXPECT_THAT(account.made, IsEmpty());
    EXPECT_EQ(guardian.report().edge, EdgeState::broken);
    EXPECT_THAT(lines.str(), HasSubstr("nginx does not have this key"));
}

TEST_F(GuardianTest, AnEdgeThatCannotBeReachedFromHereDoesNotKeepItFromRepairing) {
    edge.is_down = true;
    auto guardian = make(true, store);
    turn(guardian);
    EXPECT_THAT(account.made, SizeIs(1));
    EXPECT_EQ(guardian.report().edge, EdgeState::doubtful);
}

TEST_F(GuardianTest, ProbesEveryHourAndSoonerWhileSomethingIsWrong) {
    account.all = {ours()};
    auto guardian = make(false, store);
    turn(guardian);
    const auto once = edge.posts;
    for (int i = 0; i < 11; ++i) turn(guardian);
    EXPECT_EQ(edge.posts, once);
    edge.has_agent = false;
    turn(guardian);
    EXPECT_EQ(guardian.report().edge, EdgeState::broken);
    EXPECT_THAT(lines.str(), HasSubstr("no agent has read it"));
    edge.has_agent = true;
    turn(guardian);
    EXPECT_EQ(guardian.report().edge, EdgeState::ok);
}

TEST_F(GuardianTest, ProbesEveryHourWhenItLooksAtTheSubscriptionLessOften) {
    account.all = {ours()};
    auto rarely = settings(false);
    rarely.check_every = 6h;
    auto guardian = make_with(rarely, store);
    run(guardian.turn());
    EXPECT_EQ(guardian.report().edge, EdgeState::ok);
    edge.instead = 401;
    advance(59min);
    run(guardian.turn());
    EXPECT_EQ(guardian.report().edge, EdgeState::ok);
    advance(2min);
    run(guardian.turn());
    EXPECT_EQ(guardian.report().edge, EdgeState::broken);
    EXPECT_EQ(looks(), 1) << "the subscription has time";
    const auto posts = edge.posts;
    advance(1min);
    run(guardian.turn());
    EXPECT_EQ(edge.posts, posts) << "not at every turn";
}

TEST_F(GuardianTest, AnAgentWithMuchToDoIsNoBrokenPath) {
    account.all = {ours()};
    edge.has_agent = false;
    is_slow_ = true;
    auto guardian = make(false, store);
    turn(guardian);
    EXPECT_EQ(guardian.report().edge, EdgeState::ok);
}

TEST_F(GuardianTest, OfTwoAgentsOneLooksAndTheOtherKnows) {
    const auto shelf = std::make_shared<fakes::UpkeepStore::Shelf>();
    shelf->now = clock;
    fakes::UpkeepStore one(shelf, "one"), two(shelf, "two");
    auto first = make(false, one);
    auto second = make(false, two);
    run(first.turn());
    run(second.turn());
    EXPECT_EQ(looks(), 1);
    EXPECT_EQ(second.report().subscription, SubscriptionState::missing);
    EXPECT_EQ(second.report().edge, EdgeState::ok);
    shelf->now += 1min;  // the first says nothing any more
    run(second.turn());
    EXPECT_EQ(looks(), 2);
}

TEST_F(GuardianTest, WithoutRedisNobodyLooks) {
    store.shelf().is_down = true;
    auto guardian = make(true, store);
    EXPECT_THROW(run(guardian.turn()), redis::Error);
    EXPECT_EQ(looks(), 0);
}

TEST_F(GuardianTest, RemovesARetiredKeyWhenItsTimeIsOver) {
    account.all = {ours()};
    bool is_resumed = false;
    const auto fresh = result_of(rotation.begin(is_resumed));
    edge.keys.push_back(fresh);
    run(rotation.retire_all_but(fresh, std::chrono::floor<std::chrono::microseconds>(clock)));
    auto guardian = make(false, store);
    turn(guardian);
    EXPECT_THAT(keys_in_file(), SizeIs(2));
    advance(25h);
    turn(guardian);
    EXPECT_THAT(keys_in_file(), ElementsAre(fresh));
}

TEST_F(GuardianTest, EndsWithTheAgentAndLetsAnotherWatchAtOnce) {
    account.all = {ours()};
    auto guardian = make(false, store);
    asio::co_spawn(io, guardian.run(), [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    });
    sandbox_test::run_until(io, [&] { return guardian.report().edge == EdgeState::ok; });
    EXPECT_TRUE(store.shelf().find("guardian"));
    interruption.request();
    sandbox_test::run_until(io, [&] { return !store.shelf().find("guardian"); });
}

}  // namespace upkeep_guardian_test
