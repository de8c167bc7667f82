// What the connector knows about one person: every booking it has seen, and what it did about them.
// Pure data; stored in Redis as JSON, one person a key. ledger_json.cpp says how.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "brevo/types.hpp"
#include "calendly/types.hpp"

namespace rules {

using calendly::Timestamp;

enum class BookingState { booked, canceled, no_show, rescheduled };

inline bool is_final(BookingState state) {
    return state == BookingState::canceled || state == BookingState::rescheduled;
}

// A booking's state as lists know it: see Booking::is_quiet.
struct Heard {
    BookingState state = BookingState::booked;
    Timestamp changed_at;

    bool operator==(const Heard&) const = default;
};
BOOST_DESCRIBE_STRUCT(Heard, (), (state, changed_at))

// One invitee: its URI is the key.
struct Booking {
    BookingState state = BookingState::booked;
    Timestamp changed_at;  // of the change that led to the state; the epoch for a rescheduled one
    calendly::Invitee invitee;
    calendly::ScheduledEvent event;
    std::string event_type_name;
    std::string no_show;  // URI of the no-show, in that state
    // The name of the state when a newer version of the agent stored one that this version does not know,
    // else
    // "". The booking then counts as booked, which takes nothing away from the person, until a change that
    // this version knows leads out of the state; until then its name is stored again.
    std::string unknown_state;
    // A back-fill told of its last change, and lists have not heard of that: to them it is as they heard
    // before, or not there.
    bool is_quiet = false;
    std::optional<Heard> heard;
};
BOOST_DESCRIBE_STRUCT(Booking, (),
                      (state, changed_at, invitee, event, event_type_name, no_show, is_quiet, heard))

// A member of the stored JSON that this version of the agent does not know: a newer one wrote it. It is kept,
// and stored again in its place as long as that place exists.
struct UnknownMember {
    // From the outermost object to the one that has the member: names, keys of maps, and of an array's
    // element its own JSON.
    std::vector<std::string> place;
    std::string name;
    boost::json::value value;
};
using UnknownMembers = std::vector<UnknownMember>;

struct Ledger {
    std::map<std::string, Booking> bookings;                       // by invitee URI
    std::map<std::string, calendly::RoutingFormSubmission> forms;  // by their URI
    std::set<std::string> done;                                    // change ids that need nothing more
    std::set<brevo::ListId> lists;                                 // that we put the person on
    bool contact_written = false;                                  // Brevo has had this contact from us
    // Numbers that Brevo refused, by attribute: see refused_phones.hpp.
    std::map<std::string, std::string> refused_phones;
    UnknownMembers unknown;
};
BOOST_DESCRIBE_STRUCT(Ledger, (), (bookings, forms, done, lists, contact_written, refused_phones))

// What Brevo may have and no commit has recorded: written down before lists are joined, and by an agent that
// is interrupted. Whoever goes on neither sends an event twice nor forgets a list.
struct Progress {
    std::set<std::string> sent;     // change ids whose event is out
    std::set<brevo::ListId> lists;  // that the person may have been put on
    UnknownMembers unknown;
};
BOOST_DESCRIBE_STRUCT(Progress, (), (sent, lists))

// The event type's own name, else the event's, which the host can edit.
inline const std::string& type_name_of(const Booking& booking) {
    return booking.event_type_name.empty() ? booking.event.name : booking.event_type_name;
}

std::string serialize(const Ledger& ledger);
std::string serialize(const Progress& progress);  // "" when there is none

struct LedgerError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Throw LedgerError when the text is not what serialize() writes or what version 0.1.0 of the agent wrote; ""
// is an empty one.
Ledger parse_ledger(std::string_view text);
Progress parse_progress(std::string_view text);

// Whether the stored ledger says what `written`, by serialize(), says. It may have the form of another
// version: that alone is no change.
bool says_the_same(const std::string& stored, const std::string& written);

}  // namespace rules
