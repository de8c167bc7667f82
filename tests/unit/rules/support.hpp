// People, bookings and sightings for the tests of the booking rules.
#pragma once

#include <string>
#include <vector>

#include "calendly/timestamp.hpp"
#include "rules/fold.hpp"
#include "rules/ledger.hpp"

namespace rules_support {

using rules::Change;
using rules::Sighting;
using rules::Timestamp;

inline Timestamp at(const std::string& clock) {
    return calendly::parse_timestamp("2026-10-12T" + clock + "Z").value();
}

inline std::string event_uri(const std::string& name) {
    return "https://api.calendly.com/scheduled_events/E" + name;
}
inline std::string invitee_uri(const std::string& name) {
    return event_uri(name) + "/invitees/I" + name;
}
inline std::string no_show_uri(const std::string& name) {
    return "https://api.calendly.com/invitee_no_shows/" + name;
}
inline std::string type_uri(const std::string& name) {
    return "https://api.calendly.com/event_types/" + name;
}

// A booking called `name`, made at `created`, of a meeting at `start`.
struct Story {
    std::string name;
    Timestamp created;
    Timestamp start;
    std::string type = "demo";

    Sighting base() const {
        Sighting sighting;
        sighting.invitee.uri = invitee_uri(name);
        sighting.invitee.email = "ada@example.com";
        sighting.invitee.name = "Ada Lovelace";
        sighting.invitee.event = event_uri(name);
        sighting.invitee.timezone = "Europe/Paris";
        sighting.invitee.created_at = created;
        sighting.invitee.updated_at = created;
        sighting.event.uri = event_uri(name);
        sighting.event.name = "Meeting " + name;
        sighting.event.event_type = type_uri(type);
        sighting.event.start_time = start;
        sighting.event.end_time = start + std::chrono::minutes(30);
        return sighting;
    }

    Sighting booked() const {
        auto sighting = base();
        sighting.change = Change::booked;
        sighting.change_id = rules::created_id(sighting.invitee.uri);
        sighting.at = created;
        return sighting;
    }

    // Booked in place of `old`.
    Sighting rescheduled_from(const std::string& old) const {
        auto sighting = booked();
        sighting.change = Change::rescheduled;
        sighting.invitee.old_invitee = invitee_uri(old);
        return sighting;
    }

    Sighting canceled(Timestamp when, const std::string& reason = "") const {
        auto sighting = base();
        sighting.change = Change::canceled;
        sighting.change_id = rules::canceled_id(sighting.invitee.uri);
        sighting.at = when;
        sighting.invitee.updated_at = when;
        sighting.invitee.cancellation = calendly::Cancellation{"invitee", reason, when};
        return sighting;
    }

    // The old half of a reschedule to `next`.
    Sighting moved_to(const std::string& next, Timestamp when) const {
        auto sighting = canceled(when);
        sighting.is_moved = true;
        sighting.invitee.rescheduled = true;
        sighting.invitee.new_invitee = invitee_uri(next);
        return sighting;
    }

    Sighting no_show(const std::string& mark, Timestamp when) const {
        auto sighting = base();
        sighting.change = Change::no_show;
        sighting.no_show = no_show_uri(mark);
        sighting.change_id = rules::no_show_id(sighting.no_show);
        sighting.at = when;
        return sighting;
    }

    Sighting undone(const std::string& mark, Timestamp when) const {
        auto sighting = base();
        sighting.change = Change::no_show_undone;
        sighting.no_show = mark.empty() ? "" : no_show_uri(mark);
        sighting.change_id = mark.empty() ? "" : rules::no_show_undone_id(sighting.no_show);
        sighting.at = when;
        return sighting;
    }
};

inline const Story first{"1", at("09:00:00"), at("15:00:00")};
inline const Story second{"2", at("10:00:00"), at("14:00:00"), "discovery"};
inline const Story third{"3", at("08:00:00"), at("13:00:00")};

inline rules::Ledger fold_all(const std::vector<Sighting>& sightings) {
    rules::Ledger ledger;
    for (const auto& sighting : sightings) rules::fold(ledger, sighting);
    return ledger;
}

}  // namespace rules_support
