// Which changes of a booking the user wants Brevo to hear of.
#pragma once

#include "rules/ledger.hpp"
#include "rules/mapping.hpp"
#include "rules/sighting.hpp"

namespace rules {

// The one place that says what `cancellations: false` and `no_shows: false` mean: a booking in a state that
// is not acted on counts as still booked, and Brevo hears nothing of a change into or out of that state.
bool acts_on(const Sync& sync, BookingState state);
bool acts_on(const Sync& sync, const Sighting& sighting);
bool acts_on_everything(const Sync& sync);

}  // namespace rules
