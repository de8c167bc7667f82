// Calendly's JSON to listing_types.hpp. All throw ShapeError.
#pragma once

#include <boost/json/value.hpp>

#include "calendly/listing_types.hpp"

namespace calendly {

ListedEvent parse_listed_event(boost::json::value resource);
ListedInvitee parse_listed_invitee(boost::json::value resource);
ListedEventType parse_listed_event_type(boost::json::value resource);
SchedulingLink parse_scheduling_link(boost::json::value resource);

}  // namespace calendly
