// What was seen of a meeting when its invitees were last read, and whether to read them again. No I/O, no
// clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "calendly/listing_types.hpp"
#include "rules/ledger.hpp"

namespace rules {

struct SeenEvent {
    std::string mark;  // changes with everything that a listing shows of changes
    Timestamp read_at;
    Timestamp starts_at;
    // Something was found in it that tells no time of its own, and is left for a while; none: Timestamp{}.
    Timestamp puzzled_since{};

    bool operator==(const SeenEvent&) const = default;
};

SeenEvent seen(const calendly::ListedEvent& event, Timestamp read_at);

std::string to_text(const SeenEvent& seen);
std::optional<SeenEvent> parse_seen(std::string_view text);  // nothing of what is no such text

// Whether a listing that shows the event like this can hide changes of its invitees. A no-show moves no time:
// the invitees of a meeting that has ended are read once a day. What was puzzling is read again.
bool needs_reading(const calendly::ListedEvent& event, const std::optional<SeenEvent>& seen, Timestamp now);

}  // namespace rules
