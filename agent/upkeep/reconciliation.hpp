// The walk that finds what a lost webhook would have told, as the agent and the command make it.
#pragma once

#include <chrono>

#include "config/configuration.hpp"
#include "upkeep/history_walk.hpp"

namespace upkeep {

// `window`: how far the walk goes back and ahead; `configured` may reach further, and what was seen there is
// kept.
WalkSettings reconciliation(const config::Reconcile& window, const config::Reconcile& configured,
                            Timestamp now);

}  // namespace upkeep
