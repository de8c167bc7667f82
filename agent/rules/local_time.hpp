// Times as the invitee's clock shows them.
#pragma once

#include <string>
#include <string_view>

#include "calendly/timestamp.hpp"

namespace rules {

// Whether the system's tzdata knows the zone ("America/New_York"). These throw TimeZoneTrouble when it does
// and the zone cannot be read.
bool is_known_zone(std::string_view zone);

// An unknown zone counts as UTC.
std::string local_date(calendly::Timestamp time, std::string_view zone);     // "2026-10-14"
std::string local_iso8601(calendly::Timestamp time, std::string_view zone);  // "2026-10-14T16:00:00-05:00"

}  // namespace rules
