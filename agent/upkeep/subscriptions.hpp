// Our webhook subscription at Calendly: looked at, judged, made right.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "calendly/account_api.hpp"
#include "config/configuration.hpp"
#include "net/interruption.hpp"
#include "rules/subscription_check.hpp"
#include "rules/subscription_plan.hpp"

namespace upkeep {

// What the configuration wants. Throws std::invalid_argument when it names no URL, or a scope that cannot be
// subscribed to.
rules::WantedSubscription wanted_by(const config::Webhook& webhook);

// What Calendly tells: of every scope that the token may see.
struct Seen {
    calendly::User user;
    rules::SubscriptionVerdict verdict;
    bool sees_organization = true;  // false: the token's user is neither owner nor admin
};

struct Change {
    std::optional<calendly::Subscription> made;
    std::vector<std::string> removed;  // URIs
};

// What a failure means to whoever wants a subscription, one line with the next step.
std::string explain(const api::ApiFailure& failure, const rules::WantedSubscription& wanted);

class Subscriptions {
public:
    using Said = std::function<void(const std::string& line)>;

    // `overlap`: how long an old subscription stays beside the new one, so that what it still delivers
    // arrives.
    Subscriptions(calendly::AccountApi& api, rules::WantedSubscription wanted,
                  net::Interruption& interruption, std::chrono::milliseconds overlap);

    const rules::WantedSubscription& wanted() const noexcept { return wanted_; }

    boost::asio::awaitable<api::Answer<Seen>> look();

    // What is planned, the new one first. After a failure the same again is harmless once it was looked at
    // again: what was made by then serves, or is replaced. `said` hears of each step. Throws Interrupted.
    boost::asio::awaitable<api::Answer<Change>> carry_out(rules::SubscriptionPlan plan, calendly::User user,
                                                          std::string signing_key, Said said);

    boost::asio::awaitable<api::Answer<bool>> remove(std::string uri) {
        return api_.unsubscribe(std::move(uri));
    }

private:
    boost::asio::awaitable<api::Answer<std::vector<calendly::Subscription>>> list(calendly::User user,
                                                                                  bool& sees_organization);
    boost::asio::awaitable<api::Answer<calendly::Subscription>> make(std::string url, calendly::User user,
                                                                     std::string signing_key);

    calendly::AccountApi& api_;
    rules::WantedSubscription wanted_;
    net::Interruption& interruption_;
    std::chrono::milliseconds overlap_;
    std::optional<calendly::User> user_;  // once Calendly has said who we are
};

}  // namespace upkeep
