// What a connector has done since the agent started. Counts only: nothing is decided by them.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "rules/fold.hpp"

namespace syncing {

// How an entry of the stream ended.
enum class EntryOutcome {
    dead,      // it went to the dead letters
    ignored,   // an event that needs nothing, or that nobody knows
    repeated,  // all of it was known and done before
    synced     // Brevo and the ledger are up to date with it
};

// "dead", "ignored", ...: the label `outcome` of the metrics.
std::string_view to_string(EntryOutcome outcome) noexcept;

// What a contact or an event had to do without.
enum class Fallback {
    attribute_refused,     // detail: its name; Brevo would have refused the whole contact
    contact_left_deleted,  // somebody deleted it in Brevo, and nothing new was booked
    event_copy,            // Calendly does not give the scheduled event
    event_type_name,       // Calendly does not give the event type
    invitee_copy,          // Calendly does not give the invitee
    new_half,              // of a reschedule: Calendly does not give the invitee
    no_show_copy,          // Calendly does not say whether the no-show stands
    old_half,              // of a reschedule: Calendly does not give the invitee
    value_left_out         // detail: which, and why it does not fit the attribute
};

// Without its detail; for logs, too: "event type, the event's name serves".
std::string_view to_string(Fallback fallback) noexcept;

struct FallbackCause {
    Fallback fallback{};
    std::string detail;  // "": none

    auto operator<=>(const FallbackCause&) const = default;
};

// "attribute refused: SMS": the label `cause` of the metrics.
std::string to_string(const FallbackCause& cause);

// What has not been counted yet is in no map.
struct Counters {
    std::map<EntryOutcome, std::uint64_t> entries;
    std::map<rules::Change, std::uint64_t> events;  // sent to Brevo
    std::map<FallbackCause, std::uint64_t> fallbacks;
    std::uint64_t contacts_written = 0;
};

}  // namespace syncing
