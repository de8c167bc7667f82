// What the user asks for, as far as the rules care: which events are acted on, which lists and attributes the
// bookings become. The configuration fills it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "brevo/types.hpp"
#include "rules/numbering_plan.hpp"

namespace rules {

enum class FollowLinks { always, missing };

// What happens in Calendly that Brevo hears of.
struct Sync {
    bool contacts = true;       // upsert contacts
    bool events = true;         // send events, which start automations
    bool cancellations = true;  // false: cancellations are recorded, nothing is sent for them
    bool no_shows = true;       // likewise
};

struct EventMapping {
    std::string name;  // the user's own
    std::string event_type_uri;
    std::optional<brevo::ListId> list_id;
};

// The part of an event type's URI that tells it from others. The origin does not count: it is the public
// API's or that of calendly.api_url.
inline std::string_view event_type_path(std::string_view uri) {
    const auto path = uri.rfind("/event_types/");
    return path == uri.npos ? uri : uri.substr(path);
}

inline bool is_of(const EventMapping& mapping, std::string_view event_type_uri) {
    return event_type_path(mapping.event_type_uri) == event_type_path(event_type_uri);
}

struct FieldMapping {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    Pairs fields;                 // source (see field_source.hpp) -> attribute
    Pairs questions_and_answers;  // question -> attribute
};

struct CancellationLists {
    std::optional<brevo::ListId> list_id;  // re-engagement: while the described booking is canceled
    bool leave_lists = false;              // leave the lists of bookings that are canceled
};

struct NoShowLists {
    std::optional<brevo::ListId> list_id;  // while the described booking is a no-show
};

struct Mapping {
    Sync sync;
    std::vector<EventMapping> event_mapping;
    FieldMapping field_mapping;
    CancellationLists cancellation;
    NoShowLists no_show;
    FollowLinks follow_links = FollowLinks::always;
    const NumberingPlan* default_country =
        nullptr;  // of phone numbers without a country code; null: in doubt
};

}  // namespace rules
