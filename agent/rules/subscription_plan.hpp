// What makes the subscriptions of an account right: a new one first, then those that are in its way go.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/subscription_check.hpp"

namespace rules {

struct SubscriptionPlan {
    std::optional<std::string> make;  // the URL of a new one; nothing: one serves already
    std::vector<std::string> remove;  // URIs of ours, once the new one is there
    // Whether one of these still delivers something that is wanted: what is on its way must arrive first.
    bool is_overlap_needed = false;

    bool is_nothing() const noexcept { return !make && remove.empty(); }
};

// What is missing, disabled, wrong or there twice. One that retries is left alone.
SubscriptionPlan plan_repair(const SubscriptionVerdict& verdict, const WantedSubscription& wanted);

// A new one in place of all that there are, for another key.
SubscriptionPlan plan_rotation(const SubscriptionVerdict& verdict, const WantedSubscription& wanted);

}  // namespace rules
