// Which of an account's webhook subscriptions are ours, and what is wrong with them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/subscription_check.hpp"

namespace subscription_check_test {

using namespace std::chrono_literals;
using calendly::Subscription;
using rules::SubscriptionState;
using testing::ElementsAre;
using testing::Optional;

const calendly::Timestamp now = *calendly::parse_timestamp("2026-11-20T12:00:00Z");
const rules::WantedSubscription wanted{
    "https://hooks.example.com/webhooks/calendly",
    calendly::Scope::organization,
    {"invitee.created", "invitee.canceled", "invitee_no_show.created", "invitee_no_show.deleted"}};

Subscription good(std::string url = wanted.url, std::chrono::hours age = 48h) {
    Subscription subscription;
    subscription.uri = "https://api.calendly.com/webhook_subscriptions/" + std::to_string(age.count());
    subscription.url = std::move(url);
    subscription.scope = "organization";
    subscription.state = "active";
    subscription.events = wanted.events;
    subscription.created_at = now - age;
    return subscription;
}

SubscriptionState verdict(const std::vector<Subscription>& subscriptions) {
    return judge(subscriptions, wanted, now).state;
}

TEST(SubscriptionCheck, OneActiveSubscriptionToTheWantedEventsIsRight) {
    EXPECT_EQ(verdict({good()}), SubscriptionState::ok);
    auto more = good();
    more.events.push_back("routing_form_submission.created");
    EXPECT_EQ(verdict({more}), SubscriptionState::ok) << "more than is wanted does no harm";
}

TEST(SubscriptionCheck, OursIsWhatHasOurOriginAndPathWhateverItsQuery) {
    EXPECT_EQ(verdict({good(wanted.url + "?v=7")}), SubscriptionState::ok);
    EXPECT_EQ(verdict({good("HTTPS://Hooks.Example.com:443/webhooks/calendly")}), SubscriptionState::ok);
    for (const auto* other :
         {"https://hooks.example.com/webhooks/calendly2", "https://hooks.example.com/",
          "https://hooks.example.com:8443/webhooks/calendly", "http://hooks.example.com/webhooks/calendly",
          "https://example.com/webhooks/calendly", "hooks"})
        EXPECT_EQ(verdict({good(other)}), SubscriptionState::missing) << other;
    EXPECT_EQ(verdict({}), SubscriptionState::missing);
}

TEST(SubscriptionCheck, EachFaultIsNamed) {
    auto disabled = good();
    disabled.state = "disabled";
    EXPECT_EQ(verdict({disabled}), SubscriptionState::disabled);
    auto scope = good();
    scope.scope = "user";
    EXPECT_EQ(verdict({scope}), SubscriptionState::wrong_scope);
    auto events = good();
    events.events.pop_back();
    EXPECT_EQ(verdict({events}), SubscriptionState::wrong_events);
    EXPECT_EQ(verdict({good(), good(wanted.url + "?v=2", 1h)}), SubscriptionState::duplicate);
}

TEST(SubscriptionCheck, OfTwoThatAreRightTheNewerServes) {
    const auto judged = judge({good(wanted.url + "?v=2", 1h), good()}, wanted, now);
    EXPECT_FALSE(judged.subscriptions[0].problem);
    EXPECT_THAT(judged.subscriptions[1].problem, Optional(SubscriptionState::duplicate));
    ASSERT_TRUE(judged.serving());
    EXPECT_EQ(judged.serving()->subscription.url, wanted.url + "?v=2");
}

TEST(SubscriptionCheck, RetriesThatBeganMoreThanADayAgoSayNothingAnyMore) {
    auto retrying = good();
    retrying.retry_started_at = now - 23h;
    EXPECT_EQ(verdict({retrying}), SubscriptionState::retrying);
    retrying.retry_started_at = now - 24h;
    EXPECT_EQ(verdict({retrying}), SubscriptionState::ok);
}

TEST(SubscriptionCheck, OfSeveralFaultsTheGravestIsTheVerdict) {
    auto disabled = good(wanted.url + "?v=2");
    disabled.state = "disabled";
    disabled.scope = "user";
    auto retrying = good();
    retrying.retry_started_at = now - 1h;
    const auto judged = judge({retrying, disabled}, wanted, now);
    EXPECT_EQ(judged.state, SubscriptionState::disabled);
    EXPECT_THAT(judged.subscriptions[0].problem, Optional(SubscriptionState::retrying));
    EXPECT_EQ(judged.serving(), &judged.subscriptions[0]);
}

TEST(SubscriptionCheck, OthersAreShownWithoutAProblem) {
    auto other = good("https://elsewhere.example.com/");
    other.state = "disabled";
    const auto judged = judge({other, good()}, wanted, now);
    EXPECT_EQ(judged.state, SubscriptionState::ok);
    EXPECT_FALSE(judged.subscriptions[0].is_ours);
    EXPECT_FALSE(judged.subscriptions[0].problem);
}

TEST(SubscriptionCheck, ANewSubscriptionGetsAUrlThatIsNotTaken) {
    const auto next = [](std::vector<std::string> taken) { return rules::next_url(wanted.url, taken); };
    EXPECT_EQ(next({}), wanted.url);
    EXPECT_EQ(next({"https://elsewhere.example.com/?v=9"}), wanted.url);
    EXPECT_EQ(next({wanted.url}), wanted.url + "?v=2");
    EXPECT_EQ(next({wanted.url, wanted.url + "?v=2"}), wanted.url + "?v=3");
    EXPECT_EQ(next({wanted.url + "?v=2"}), wanted.url + "?v=3") << "the first may still be retried";
    EXPECT_EQ(next({wanted.url + "?v=x"}), wanted.url);
    EXPECT_EQ(rules::next_url("https://x.org/h?k=1", {"https://x.org/h?k=1"}), "https://x.org/h?k=1&v=2");
}

}  // namespace subscription_check_test
