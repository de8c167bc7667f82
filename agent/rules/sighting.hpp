// What an invitee, as Calendly shows it, tells: one sighting for each of its changes. No I/O, no clock.
#pragma once

#include <string>
#include <vector>

#include "calendly/types.hpp"
#include "rules/fold.hpp"

namespace rules {

using Sightings = std::vector<Sighting>;

// `of` has the invitee, the event and the event type's name; these add the change that is told.
Sighting creation(const Sighting& of);
Sighting cancellation(const Sighting& of);
Sighting no_show(const Sighting& of);  // of one that is marked
// The no-show may be unknown: "".
Sighting undoing(const Sighting& of, const std::string& no_show_uri, Timestamp at);

// Everything besides its creation that the invitee tells and `ledger` has not done, in order.
Sightings further_changes(const Sighting& of, const Ledger& ledger);

// The delivery's own change, when its body says which: no link needs to be followed for one that is done.
std::string own_change_id(const calendly::Delivery& delivery);

// Whether the delivery shows the invitee in a state that neither its own change nor the ledger accounts for.
bool disagrees(const calendly::Delivery& delivery, const Ledger& ledger);

}  // namespace rules
