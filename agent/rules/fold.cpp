#include "rules/fold.hpp"

#include <algorithm>

#include "rules/merge.hpp"

namespace rules {
namespace {

// Nothing that was known is erased by an absent value.
template <typename T>
void learn(T& known, T seen, bool seen_is_newer) {
    if (seen_is_newer) std::swap(known, seen);
    take_missing(known, seen);
}

void learn(Booking& booking, const Sighting& sighting) {
    const bool is_newer = sighting.invitee.updated_at >= booking.invitee.updated_at;
    learn(booking.invitee, sighting.invitee, is_newer);
    learn(booking.event, sighting.event, sighting.event.updated_at >= booking.event.updated_at);
    if (!sighting.event_type_name.empty()) booking.event_type_name = sighting.event_type_name;
}

void enter(Booking& booking, BookingState state, Timestamp at) {
    booking.state = state;
    booking.changed_at = at;
    booking.no_show.clear();
    booking.unknown_state.clear();
}

// Both halves of a reschedule say that the old booking was replaced, but only one of them knows when. The
// time is left out, so that it does not matter which of them arrives first.
void replace(Booking& booking) {
    enter(booking, BookingState::rescheduled, Timestamp{});
}

// A booking that is known has been created before, or has changed since: news of its creation that come late
// change nothing.
bool create(Booking& booking, const Sighting& sighting, bool is_known) {
    if (is_known) return false;
    enter(booking, BookingState::booked, sighting.at);
    return true;
}

bool cancel(Booking& booking, const Sighting& sighting, bool is_known) {
    if (booking.state == BookingState::rescheduled) return false;
    if (sighting.is_moved) {
        replace(booking);
        return false;
    }
    const bool is_overtaken = is_known && booking.changed_at > sighting.at;
    enter(booking, BookingState::canceled, sighting.at);
    return !is_overtaken;
}

bool mark_no_show(Booking& booking, const Sighting& sighting, bool is_known) {
    if (is_final(booking.state)) return false;
    if (is_known && booking.changed_at > sighting.at) return false;
    enter(booking, BookingState::no_show, sighting.at);
    booking.no_show = sighting.no_show;
    return true;
}

// Only a no-show that the ledger holds can be undone. Otherwise nothing but the time of the change is kept.
bool undo_no_show(Booking& booking, const Sighting& sighting) {
    if (is_final(booking.state)) return false;
    const auto at = std::max(booking.changed_at, sighting.at);
    if (booking.state != BookingState::no_show) {
        booking.changed_at = at;
        return false;
    }
    if (booking.no_show != sighting.no_show) return false;
    enter(booking, BookingState::booked, at);
    return true;
}

bool apply(Booking& booking, const Sighting& sighting, bool is_known) {
    switch (sighting.change) {
        case Change::booked:
        case Change::rescheduled:
            return create(booking, sighting, is_known);
        case Change::canceled:
            return cancel(booking, sighting, is_known);
        case Change::no_show:
            return mark_no_show(booking, sighting, is_known);
        case Change::no_show_undone:
            return undo_no_show(booking, sighting);
        case Change::form_submitted:
            break;  // is no sighting of a booking
    }
    return false;
}

std::string change_id(std::string_view event, std::string_view uri) {
    std::string id(event);
    return id.append(":").append(uri);
}

}  // namespace

std::string created_id(std::string_view invitee_uri) {
    return change_id("invitee.created", invitee_uri);
}
std::string canceled_id(std::string_view invitee_uri) {
    return change_id("invitee.canceled", invitee_uri);
}
std::string no_show_id(std::string_view no_show_uri) {
    return change_id("invitee_no_show.created", no_show_uri);
}
std::string no_show_undone_id(std::string_view no_show_uri) {
    return change_id("invitee_no_show.deleted", no_show_uri);
}

std::string form_id(std::string_view submission_uri) {
    return change_id("routing_form_submission.created", submission_uri);
}

std::optional<Transition> fold(Ledger& ledger, const calendly::RoutingFormSubmission& form) {
    const auto id = form_id(form.uri);
    if (!ledger.done.insert(id).second) return std::nullopt;
    ledger.forms[form.uri] = form;
    return Transition{Change::form_submitted, id, form.uri, form.created_at};
}

std::optional<Transition> fold(Ledger& ledger, const Sighting& sighting) {
    if (ledger.done.contains(sighting.change_id)) return std::nullopt;
    if (!sighting.invitee.old_invitee.empty()) replace(ledger.bookings[sighting.invitee.old_invitee]);
    const auto [found, is_new] = ledger.bookings.try_emplace(sighting.invitee.uri);
    Booking& booking = found->second;
    if (is_new) booking.changed_at = sighting.invitee.created_at;
    learn(booking, sighting);
    const bool is_news = apply(booking, sighting, !is_new);
    if (!sighting.change_id.empty()) ledger.done.insert(sighting.change_id);
    if (!is_news) return std::nullopt;
    return Transition{sighting.change, sighting.change_id, sighting.invitee.uri, sighting.at};
}

}  // namespace rules
