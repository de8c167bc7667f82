// What became of one change of a booking, step by step: an entry of the timeline. No I/O, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>

namespace rules {

enum class TimelineOutcome {
    synced,      // Brevo is up to date with it
    repeated,    // it was known and done before
    quiet,       // history told of it: nobody else hears
    dead,        // it went to the dead letters
    left_alone,  // it is known, and nothing follows: overtaken, one half of a move, switched off, contact
                 // gone
};

// "synced", ...: as it is stored and shown.
std::string_view to_string(TimelineOutcome outcome) noexcept;
std::optional<TimelineOutcome> timeline_outcome(std::string_view name) noexcept;

enum class StepKind {
    link,     // Calendly was asked
    contact,  // Brevo's contact was written
    event,    // an event was sent to Brevo
};

// "link", "contact", "event".
std::string_view to_string(StepKind kind) noexcept;

// Of an HTTP status its number; of 0, where there was no answer, "none".
std::string status_text(unsigned status);
boost::json::value status_json(unsigned status);

struct Step {
    StepKind kind = StepKind::link;
    unsigned status = 0;                  // HTTP; 0: no answer
    std::int64_t ms = 0;                  // with all attempts and the waits between them
    unsigned attempts = 0;                // 0: an answer that was asked for just before served
    std::vector<std::string> left_out{};  // attributes and lists that Brevo refused: "SMS", "list 10"

    bool operator==(const Step&) const = default;
};
using Steps = std::vector<Step>;

// [{"kind", "status": number or "none", "ms", "attempts", "left_out"?}], stored and shown alike.
boost::json::array to_json(const Steps& steps);
// None when the text is something else.
Steps parse_steps(std::string_view text);

struct TimelineEntry {
    std::string change_id;  // that Brevo is told; "": not known
    std::string event;      // as Brevo knows it: "calendly_booked"
    std::string person;     // e-mail
    std::string invitee;    // URI
    TimelineOutcome outcome = TimelineOutcome::repeated;
    std::int64_t received_ms = 0;
    std::int64_t committed_ms = 0;
    Steps steps{};
    std::string reason{};  // of a dead one
};
using Timeline = std::vector<TimelineEntry>;

// Of several changes that one delivery told without anything being sent for them: the one that says more.
TimelineOutcome weightier(TimelineOutcome one, TimelineOutcome other) noexcept;

// All that was no repetition was written with these.
void add_contact_steps(Timeline& timeline, const Steps& steps);
void add_event_step(Timeline& timeline, const std::string& change_id, Step step);
// What was sent before a commit that failed, and was overtaken until the next one: Brevo heard of it all the
// same.
void tell_what_was_sent(Timeline& timeline, const std::set<std::string>& change_ids);
// Somebody deleted the contact in Brevo: nothing was sent.
void leave_alone(Timeline& timeline);

}  // namespace rules
