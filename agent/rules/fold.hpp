// The booking rules: what was known + what happened -> what is known + what follows. No I/O, no clock.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "rules/hearing.hpp"
#include "rules/ledger.hpp"

namespace rules {

enum class Change { booked, rescheduled, canceled, no_show, no_show_undone, form_submitted };
inline constexpr std::array all_changes = {Change::booked,  Change::rescheduled,    Change::canceled,
                                           Change::no_show, Change::no_show_undone, Change::form_submitted};

// What a delivery, its links followed, tells about one invitee.
struct Sighting {
    Change change{};
    std::string
        change_id;  // the same for every delivery of one change; "" when it is not known which change it was
    Timestamp at;
    calendly::Invitee invitee;
    calendly::ScheduledEvent event;
    std::string event_type_name;
    std::string no_show;    // URI of the no-show that was made or undone; "" when unknown
    bool is_moved = false;  // a cancellation that is one half of a reschedule
    Hearing hearing;        // who hears of it
};

// A change that an automation should hear of.
struct Transition {
    Change change{};
    std::string change_id;
    std::string uri;  // of the invitee, or of the form's submission
    Timestamp at;
};

// Change ids: "<event of the webhook>:<uri>". https://developer.calendly.com/api-docs/
std::string created_id(std::string_view invitee_uri);
std::string canceled_id(std::string_view invitee_uri);
std::string no_show_id(std::string_view no_show_uri);
std::string no_show_undone_id(std::string_view no_show_uri);
std::string form_id(std::string_view submission_uri);

// Folds the sighting into the ledger; gives the transition to send, unless the sighting is a repetition, one
// half of a reschedule, or was overtaken by a newer change of the same booking. Order and repetition of
// sightings do not matter to the bookings that result. What lists do not hear makes a booking quiet until
// they hear of a later change of it.
std::optional<Transition> fold(Ledger& ledger, const Sighting& sighting);
std::optional<Transition> fold(Ledger& ledger, const calendly::RoutingFormSubmission& form);

}  // namespace rules
