// What happened in Calendly: bookings and their changes, in order. Pure data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

namespace convergence {

namespace json = boost::json;

using Moment = std::int64_t;  // microseconds since 1970, UTC
inline constexpr Moment second = 1'000'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

std::string iso_text(Moment moment);  // 2030-05-06T09:00:00.000000Z

struct Question {
    std::string question, answer;
};

// What an invitee said when booking; empty: not given.
struct Details {
    std::string email;  // as written
    std::string name;
    std::string first_name, last_name;  // both or none
    std::string timezone;
    std::vector<Question> answers;
    std::string text_reminder_number;
    std::string utm_source;
};

struct Place {
    std::string type;  // empty: the meeting has no place
    std::string location, join_url;
};

struct Booking {
    std::string id;     // the invitee's
    std::string event;  // the meeting's
    std::string type;   // the event type's
    Details details;
    Place place;
    Moment created = 0, start = 0;
    bool joins = false;                   // a group's meeting that is there already
    std::optional<std::size_t> replaces;  // the booking that was rescheduled to this one
};

enum class Happening { booked, moved, canceled, no_show, undone };

// Half of a reschedule whose delivery is never sent.
enum class LostHalf { none, old_half, new_half };

struct Change {
    Happening what = Happening::booked;
    Moment at = 0;
    std::size_t booking = 0;  // whose state changes
    std::size_t next = 0;     // moved: the booking that takes its place
    std::string no_show;      // no_show, undone: the id of the mark
    std::string canceled_by;  // invitee or host
    std::optional<std::string> reason;
    bool new_half_first = false;
    LostHalf lost = LostHalf::none;
};

struct Story {
    std::uint64_t seed = 0;
    std::vector<Booking> bookings;
    std::vector<Change> changes;  // in the order in which they happened, times never decreasing
};

// The e-mail as Brevo and the agent know the person by: trimmed, in lower case.
std::string person_of(const std::string& email);
// Everybody in the story, sorted.
std::vector<std::string> people_of(const Story& story);
// The changes that concern a person, in order; a booking that moved to somebody else concerns both.
std::vector<std::size_t> changes_of(const Story& story, const std::string& person);
bool concerns(const Story& story, const Change& change, const std::string& person);

std::string event_uri(const Booking& booking);
std::string invitee_uri(const Booking& booking);
std::string type_uri(const Booking& booking);
std::string no_show_uri(const std::string& id);

// The action that makes the sandbox play this change.
json::object to_action(const Story& story, const Change& change);

// A line for people to read.
std::string describe(const Story& story, std::size_t change);

}  // namespace convergence
