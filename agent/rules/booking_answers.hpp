// The answers of a booking against the questions of its event type, and its location against the kinds that
// there are.
#pragma once

#include <optional>
#include <vector>

#include "rules/booking_fields.hpp"

namespace rules {

// With the texts of the questions as the event type has them, to the letter. What is wrong is noted in
// `fields`.
std::vector<calendly::PlacedAnswer> read_answers(BookingFields& fields, const calendly::BookableType& type);

// Nothing where none may be sent. What needs nothing from the visitor is chosen when it is the only one.
std::optional<calendly::ChosenLocation> read_location(BookingFields& fields,
                                                      const calendly::BookableType& type);

}  // namespace rules
