// The part of a connector's configuration about booking on the user's own site.
#pragma once

#include "config/scheduling.hpp"
#include "config/section.hpp"
#include "rules/mapping.hpp"

namespace config {

// `event_mapping` has the names that event types may be called by. Throws Error.
Scheduling read_scheduling(const Section& section, const std::vector<rules::EventMapping>& event_mapping);

}  // namespace config
