#pragma once

#include <array>
#include <string_view>

namespace rules {

// What a contact or an event had to do without.
enum class Fallback {
    ambiguous_question,    // detail: the key; several questions have its words, and none is equal
    attribute_refused,     // detail: its name; Brevo would have refused the whole contact
    contact_left_deleted,  // somebody deleted it in Brevo, and nothing new was booked
    event_answer,          // Brevo takes an event with another answer than the usual one
    event_copy,            // Calendly does not give the scheduled event
    event_type_name,       // Calendly does not give the event type
    invitee_copy,          // Calendly does not give the invitee
    new_half,              // of a reschedule: Calendly does not give the invitee
    no_show_copy,          // Calendly does not say whether the no-show stands
    odd_member,            // detail: its place; a delivery has something there that Calendly does not say
    old_half,              // of a reschedule: Calendly does not give the invitee
    other_refused,         // Brevo refuses for good somebody of whom another person's entry tells, too
    value_left_out         // detail: which, and why it does not fit the attribute
};

inline constexpr std::array all_fallbacks = {
    Fallback::ambiguous_question, Fallback::attribute_refused, Fallback::contact_left_deleted,
    Fallback::event_answer,       Fallback::event_copy,        Fallback::event_type_name,
    Fallback::invitee_copy,       Fallback::new_half,          Fallback::no_show_copy,
    Fallback::odd_member,         Fallback::old_half,          Fallback::other_refused,
    Fallback::value_left_out};

// "attribute_refused", "event_type_name", ...: the label `cause` of metrics.
std::string_view label_of(Fallback fallback) noexcept;
// Without its detail; for logs, too: "event type, the event's name serves".
std::string_view to_string(Fallback fallback) noexcept;

}  // namespace rules
