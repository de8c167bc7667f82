#include "upkeep/reconciliation.hpp"

#include <algorithm>

namespace upkeep {
namespace {

// A webhook takes seconds, and a minute when it is repeated.
constexpr std::chrono::minutes left_to_webhooks{3};

// A lost webhook is rare: what is collected stays small, and so does the agent.
constexpr std::size_t most_bytes = 4 << 20;

}  // namespace

bool is_of_one_user(const config::Webhook& webhook) {
    return webhook.scope != "organization";  // of a group nobody can list the meetings
}

WalkSettings reconciliation(const config::Reconcile& window, const config::Reconcile& configured,
                            const config::Webhook& webhook, Timestamp now) {
    WalkSettings settings;
    settings.from = now - window.back;
    settings.to = now + window.ahead;
    settings.is_of_one_user = is_of_one_user(webhook);
    settings.changes = {webhook.events.begin(), webhook.events.end()};
    settings.origin.name = shared::entry_origin::reconcile;
    settings.is_cheap = true;
    settings.leave_younger = left_to_webhooks;
    settings.leaves_dead_letters = true;
    settings.most_bytes = most_bytes;
    settings.forget_before = std::min(settings.from, now - configured.back);
    return settings;
}

}  // namespace upkeep
