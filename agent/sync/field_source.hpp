// The sources of field_mapping: what each name means of a person's bookings.
#pragma once

#include <string_view>

#include "sync/attribute_value.hpp"
#include "sync/ledger.hpp"

namespace syncing {

// The booking that a contact's status, date, type, links, host and location are taken from: the one that
// changed last; if that is canceled or a no-show and others are booked and start after that change, the
// soonest of those. Null when the person has none, or only rescheduled ones.
const Booking* find_described(const Ledger& ledger);

// Whether a booking other than `invitee_uri` is booked and starts after `change`.
bool has_other_active(const Ledger& ledger, std::string_view invitee_uri, Timestamp change);

// The value of a name in config::field_sources; nothing when no booking has one.
FieldValue field_value(const Ledger& ledger, const Booking* described, std::string_view source);

// The newest non-empty answer to the question that `key` names, over all bookings and routing forms.
FieldValue answer_value(const Ledger& ledger, std::string_view key);

// BOOKING_STATUS: booked, cancelled, no_show.
std::string_view status_of(const Booking* described);

}  // namespace syncing
