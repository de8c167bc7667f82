// Which of a person's bookings a contact describes.
#pragma once

#include <string_view>
#include <vector>

#include "rules/ledger.hpp"

namespace rules {

// All of them, in the order in which they describe the contact: the one that changed last first; if that is
// canceled or a no-show and others are booked and start after that change, the soonest of those before it.
// Rescheduled ones come last. Where one has no value, the next that has one speaks for it.
std::vector<const Booking*> in_describing_order(const Ledger& ledger);

// Whether a booking other than `invitee_uri` is booked and starts after `change`.
bool has_other_active(const Ledger& ledger, std::string_view invitee_uri, Timestamp change);

// BOOKING_STATUS: booked, cancelled, no_show.
std::string_view status_of(const Booking* described);

}  // namespace rules
