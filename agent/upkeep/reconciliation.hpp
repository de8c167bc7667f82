// The walk that finds what a lost webhook would have told, as the agent and the command make it.
#pragma once

#include <chrono>

#include "config/configuration.hpp"
#include "upkeep/history_walk.hpp"

namespace upkeep {

// `window`: how far the walk goes back and ahead; `configured` may reach further, and what was seen there is
// kept. `webhook`: what else is never delivered.
WalkSettings reconciliation(const config::Reconcile& window, const config::Reconcile& configured,
                            const config::Webhook& webhook, Timestamp now);

// Whether deliveries are of the user's own meetings alone, not of all the organization's.
bool is_of_one_user(const config::Webhook& webhook);

}  // namespace upkeep
