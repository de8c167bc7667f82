#include "rules/fallback.hpp"

namespace rules {

std::string_view label_of(Fallback fallback) noexcept {
    switch (fallback) {
        case Fallback::ambiguous_question:
            return "ambiguous_question";
        case Fallback::attribute_refused:
            return "attribute_refused";
        case Fallback::contact_left_deleted:
            return "contact_left_deleted";
        case Fallback::event_answer:
            return "event_answer";
        case Fallback::event_copy:
            return "event_copy";
        case Fallback::event_type_name:
            return "event_type_name";
        case Fallback::invitee_copy:
            return "invitee_copy";
        case Fallback::new_half:
            return "new_half";
        case Fallback::no_show_copy:
            return "no_show_copy";
        case Fallback::odd_member:
            return "odd_member";
        case Fallback::old_half:
            return "old_half";
        case Fallback::other_refused:
            return "other_refused";
        case Fallback::value_left_out:
            return "value_left_out";
    }
    return {};
}

std::string_view to_string(Fallback fallback) noexcept {
    switch (fallback) {
        case Fallback::ambiguous_question:
            return "several questions have the key's words and none is equal, no answer is taken";
        case Fallback::attribute_refused:
            return "attribute refused";
        case Fallback::contact_left_deleted:
            return "contact deleted in Brevo, left alone";
        case Fallback::event_answer:
            return "usual answer to an event, taken for a success";
        case Fallback::event_copy:
            return "scheduled event, its copy in the delivery serves";
        case Fallback::event_type_name:
            return "event type, the event's name serves";
        case Fallback::invitee_copy:
            return "invitee, the delivery's word serves";
        case Fallback::new_half:
            return "new half of a reschedule, its own delivery will tell";
        case Fallback::no_show_copy:
            return "no-show, the delivery's word serves";
        case Fallback::odd_member:
            return "odd member of a delivery";
        case Fallback::old_half:
            return "old half of a reschedule, its own delivery will tell";
        case Fallback::other_refused:
            return "another person refused by Brevo, left out";
        case Fallback::value_left_out:
            return "value left out";
    }
    return {};
}

}  // namespace rules
