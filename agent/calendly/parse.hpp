// Calendly's JSON to types.hpp.
#pragma once

#include <stdexcept>
#include <string_view>

#include <boost/json/value.hpp>

#include "calendly/types.hpp"

namespace calendly {

// The JSON has another shape than Calendly's; what() names the place: "payload.email: expected a string".
struct ShapeError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// All throw ShapeError.
Delivery parse_delivery(std::string_view body);
ScheduledEvent parse_scheduled_event(const boost::json::value& resource);
Invitee parse_invitee(const boost::json::value& resource);
NoShow parse_no_show(const boost::json::value& resource);
EventType parse_event_type(const boost::json::value& resource);

// The "resource" of an answer of the API.
boost::json::value parse_resource(std::string_view body);

}  // namespace calendly
