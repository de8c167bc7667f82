#include "rules/subscription_plan.hpp"

namespace rules {
namespace {

bool is_to_be_removed(const JudgedSubscription& one) {
    return one.is_ours && one.problem && one.problem != SubscriptionState::retrying;
}

std::string new_url(const SubscriptionVerdict& verdict, const WantedSubscription& wanted) {
    std::vector<std::string> taken;
    for (const auto& one : verdict.subscriptions) taken.push_back(one.subscription.url);
    return next_url(wanted.url, taken);
}

void remove(const JudgedSubscription& one, SubscriptionPlan& plan) {
    plan.remove.push_back(one.subscription.uri);
    const bool delivers = one.problem != SubscriptionState::disabled;
    plan.is_overlap_needed = plan.is_overlap_needed || (plan.make && delivers);
}

}  // namespace

SubscriptionPlan plan_repair(const SubscriptionVerdict& verdict, const WantedSubscription& wanted) {
    SubscriptionPlan plan;
    if (!verdict.serving()) plan.make = new_url(verdict, wanted);
    for (const auto& one : verdict.subscriptions)
        if (is_to_be_removed(one)) remove(one, plan);
    return plan;
}

SubscriptionPlan plan_rotation(const SubscriptionVerdict& verdict, const WantedSubscription& wanted) {
    SubscriptionPlan plan;
    plan.make = new_url(verdict, wanted);
    for (const auto& one : verdict.subscriptions)
        if (one.is_ours) remove(one, plan);
    return plan;
}

}  // namespace rules
