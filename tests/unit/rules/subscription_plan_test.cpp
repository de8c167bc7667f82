// What is made and what is deleted so that the subscription is right; what is kept between the steps of a
// rotation; what a probe looks like.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/probe.hpp"
#include "rules/rotation.hpp"
#include "rules/subscription_plan.hpp"
#include "rules/watch_report.hpp"

namespace subscription_plan_test {

using namespace std::chrono_literals;
using calendly::Subscription;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

const calendly::Timestamp plan_now = *calendly::parse_timestamp("2026-11-20T12:00:00Z");
const rules::WantedSubscription plan_wanted{
    "https://hooks.example.com/calendly", calendly::Scope::organization, {"invitee.created"}};

Subscription one(std::string uri, std::string url = plan_wanted.url, std::chrono::hours age = 48h) {
    Subscription subscription;
    subscription.uri = std::move(uri);
    subscription.url = std::move(url);
    subscription.scope = "organization";
    subscription.state = "active";
    subscription.events = plan_wanted.events;
    subscription.created_at = plan_now - age;
    return subscription;
}

rules::SubscriptionPlan repair(const std::vector<Subscription>& all) {
    return plan_repair(judge(all, plan_wanted, plan_now), plan_wanted);
}

TEST(SubscriptionPlan, WhatIsRightIsLeft) {
    EXPECT_TRUE(repair({one("a")}).is_nothing());
    auto retrying = one("a");
    retrying.retry_started_at = plan_now - 1h;
    EXPECT_TRUE(repair({retrying}).is_nothing());
    EXPECT_TRUE(repair({one("a"), one("x", "https://elsewhere.example.com/")}).is_nothing());
}

TEST(SubscriptionPlan, AMissingOneGetsTheUrlItself) {
    const auto plan = repair({one("x", "https://elsewhere.example.com/")});
    EXPECT_THAT(plan.make, Optional(plan_wanted.url));
    EXPECT_THAT(plan.remove, IsEmpty());
    EXPECT_FALSE(plan.is_overlap_needed);
}

TEST(SubscriptionPlan, AWrongOneIsReplacedUnderAnotherUrl) {
    auto wrong = one("a");
    wrong.scope = "user";
    const auto plan = repair({wrong});
    EXPECT_THAT(plan.make, Optional(plan_wanted.url + "?v=2"));
    EXPECT_THAT(plan.remove, ElementsAre("a"));
    EXPECT_TRUE(plan.is_overlap_needed) << "it delivers until then";
}

TEST(SubscriptionPlan, ADisabledOneHasNothingOnItsWay) {
    auto disabled = one("a");
    disabled.state = "disabled";
    const auto plan = repair({disabled});
    EXPECT_TRUE(plan.make);
    EXPECT_THAT(plan.remove, ElementsAre("a"));
    EXPECT_FALSE(plan.is_overlap_needed);
}

TEST(SubscriptionPlan, OfDuplicatesTheOneThatServesStays) {
    const auto plan = repair({one("a"), one("b", plan_wanted.url + "?v=2", 1h)});
    EXPECT_FALSE(plan.make);
    EXPECT_THAT(plan.remove, ElementsAre("a"));
}

TEST(SubscriptionPlan, ARepairThatWasCutOffIsGoneOnWith) {
    auto wrong = one("a");
    wrong.events = {"invitee.canceled"};
    const auto plan = repair({wrong, one("b", plan_wanted.url + "?v=2", 0h)});
    EXPECT_FALSE(plan.make) << "the new one is there";
    EXPECT_THAT(plan.remove, ElementsAre("a"));
}

TEST(SubscriptionPlan, ARotationReplacesAllOfOurs) {
    const auto verdict = judge({one("a", plan_wanted.url + "?v=2"), one("x", "https://else.example.com/")},
                               plan_wanted, plan_now);
    const auto plan = plan_rotation(verdict, plan_wanted);
    EXPECT_THAT(plan.make, Optional(plan_wanted.url + "?v=3"));
    EXPECT_THAT(plan.remove, ElementsAre("a"));
    EXPECT_TRUE(plan.is_overlap_needed);
}

TEST(RotationState, IsReadAsItWasWritten) {
    const auto state =
        rules::parse_rotation(rules::serialize(rules::RotationState{"new", {{"old", plan_now}}}));
    EXPECT_EQ(state.started, "new");
    ASSERT_EQ(state.retired.size(), 1u);
    EXPECT_EQ(state.retired[0].fingerprint, "old");
    EXPECT_EQ(state.retired[0].since, plan_now);
}

TEST(RotationState, WhatCannotBeReadRemovesNothing) {
    for (const auto* text : {"", "[]", "{}", R"({"started":1,"retired":[1,{"key":"a"},{"since":"x"}]})"}) {
        const auto state = rules::parse_rotation(text);
        EXPECT_EQ(state.started, "") << text;
        EXPECT_THAT(state.retired, IsEmpty()) << text;
    }
}

TEST(RotationState, AKeyGoesAfter25Hours) {
    const rules::RotationState state{"", {{"older", plan_now - 25h}, {"newer", plan_now - 25h + 1us}}};
    EXPECT_THAT(keys_to_remove(state, plan_now), ElementsAre("older"));
    EXPECT_THAT(next_removal(state), Optional(plan_now));
    EXPECT_FALSE(rules::next_removal({}));
}

TEST(Probe, IsReadAsItWasWritten) {
    EXPECT_THAT(rules::probe_id(rules::probe_body("7f3a", plan_now)), Optional(std::string("7f3a")));
}

TEST(Probe, OnlyAnIdOfOursIsOne) {
    for (const auto* id : {"", "A", "a b", "a:b", "}x"})
        EXPECT_FALSE(rules::probe_id(rules::probe_body(id, plan_now))) << id;
    EXPECT_FALSE(rules::probe_id(rules::probe_body(std::string(65, 'a'), plan_now)));
    for (const auto* body : {"", "7", "{}", R"({"payload":{"id":7}})"})
        EXPECT_FALSE(rules::probe_id(body)) << body;
}

TEST(WatchReport, IsReadByAnotherAgentAsItWasWritten) {
    rules::WatchReport report;
    report.subscription = rules::SubscriptionState::wrong_events;
    report.edge = rules::EdgeState::doubtful;
    report.edge_problem = "no answer";
    const auto read = rules::parse_watch_report(serialize(report));
    EXPECT_EQ(read.subscription, report.subscription);
    EXPECT_EQ(read.edge, report.edge);
    EXPECT_EQ(edge_text(read), "no answer");
    EXPECT_FALSE(rules::parse_watch_report("").subscription);
    EXPECT_EQ(subscription_text(rules::WatchReport()), "unknown");
}

}  // namespace subscription_plan_test
