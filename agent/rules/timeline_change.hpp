// Entries of the timeline for what a delivery tells. No I/O, no clock.
#pragma once

#include "calendly/types.hpp"
#include "rules/fold.hpp"
#include "rules/timeline_entry.hpp"

namespace rules {

// Of the change that the delivery itself is about.
TimelineEntry timeline_entry(const calendly::Delivery& delivery);
// Of one that it tells of; `told` says when it was received and by which steps.
TimelineEntry timeline_entry(const Sighting& sighting, const TimelineEntry& told);

}  // namespace rules
