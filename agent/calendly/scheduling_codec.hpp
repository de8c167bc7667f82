// What can be booked, and bookings, from and to Calendly's JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "calendly/scheduling_types.hpp"

namespace calendly {

// The member of `tracking` in which our token comes back.
inline constexpr std::string_view token_member = "salesforce_uuid";

// Both throw ShapeError.
BookableType parse_bookable_type(const boost::json::value& resource);
std::vector<OfferedTime> parse_offered_times(std::string_view body);

// The body of POST /invitees.
std::string booking_body(const NewBooking& booking);

// Of an invitee as it is listed; "" when there is none.
std::string token_of(const boost::json::value& invitee);

}  // namespace calendly
