// Whether the webhook subscriptions of an account are as the configuration wants them. No I/O, no clock.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendly/account_types.hpp"

namespace rules {

struct WantedSubscription {
    std::string url;
    calendly::Scope scope = calendly::Scope::organization;
    std::vector<std::string> events;
};

// In the order in which they count: the first that holds is the verdict.
enum class SubscriptionState { missing, disabled, wrong_scope, wrong_events, duplicate, retrying, ok };

inline constexpr std::array all_subscription_states = {
    SubscriptionState::missing,     SubscriptionState::disabled,
    SubscriptionState::wrong_scope, SubscriptionState::wrong_events,
    SubscriptionState::duplicate,   SubscriptionState::retrying,
    SubscriptionState::ok};

std::string_view to_string(SubscriptionState state) noexcept;

struct JudgedSubscription {
    calendly::Subscription subscription;
    bool is_ours = false;  // its URL has the wanted one's origin and path, whatever its query
    std::optional<SubscriptionState> problem;  // never missing and never ok
};

struct SubscriptionVerdict {
    SubscriptionState state = SubscriptionState::ok;
    std::vector<JudgedSubscription> subscriptions;  // all of them, in the order given

    // The one that does what is wanted: the newest of those that are active, with the right scope and events.
    const JudgedSubscription* serving() const noexcept;
};

SubscriptionVerdict judge(const std::vector<calendly::Subscription>& subscriptions,
                          const WantedSubscription& wanted, calendly::Timestamp now);

// The same address, whatever the query: "https://x.org/hook?v=2" and "https://x.org/hook".
bool is_same_place(std::string_view url, std::string_view other);

// A URL of the same place that none of `taken` is: with a query v=<n>, one more than the highest there is.
std::string next_url(std::string_view url, const std::vector<std::string>& taken);

}  // namespace rules
