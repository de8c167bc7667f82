#include "rules/fold.hpp"

#include <algorithm>
#include <tuple>

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

Heard standing(const Booking& booking) {
    return {booking.state, booking.changed_at};
}

// What lists know of a quiet booking, after a change that they hear of and that others have overtaken.
template <typename Change>
void hear(Booking& booking, const Sighting& sighting, Change change) {
    Booking as_heard;
    as_heard.changed_at = sighting.invitee.created_at;
    as_heard.no_show = booking.no_show;
    if (booking.heard)
        std::tie(as_heard.state, as_heard.changed_at) =
            std::tie(booking.heard->state, booking.heard->changed_at);
    change(as_heard, booking.heard.has_value());
    booking.heard = standing(as_heard);
}

// Makes the change, and keeps apart what lists do not hear of: whatever comes in which order, they know what
// they would know without it. A later change that they hear of tells them everything.
template <typename Change>
bool tell(Booking& booking, const Sighting& sighting, bool is_known, Change change) {
    const auto before = standing(booking);
    const bool is_news = change(booking, is_known);
    const bool is_latest = !is_known || standing(booking) != before;
    if (!sighting.hearing.lists) {
        if (!is_latest || booking.is_quiet) return is_news;
        booking.is_quiet = true;
        if (is_known) booking.heard = before;
    } else if (booking.is_quiet && is_latest) {
        booking.is_quiet = false;
        booking.heard.reset();
    } else if (booking.is_quiet) {
        hear(booking, sighting, change);
    }
    return is_news;
}

void replace_old_half(Ledger& ledger, const Sighting& sighting) {
    const auto [found, is_new] = ledger.bookings.try_emplace(sighting.invitee.old_invitee);
    const auto change = [](Booking& booking, bool) {
        replace(booking);
        return false;
    };
    tell(found->second, sighting, !is_new, change);
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
    if (!sighting.invitee.old_invitee.empty()) replace_old_half(ledger, sighting);
    const auto [found, is_new] = ledger.bookings.try_emplace(sighting.invitee.uri);
    Booking& booking = found->second;
    if (is_new) booking.changed_at = sighting.invitee.created_at;
    learn(booking, sighting);
    const auto change = [&](Booking& changed, bool is_known) { return apply(changed, sighting, is_known); };
    const bool is_news = tell(booking, sighting, !is_new, change);
    if (!sighting.change_id.empty()) ledger.done.insert(sighting.change_id);
    if (!is_news) return std::nullopt;
    return Transition{sighting.change, sighting.change_id, sighting.invitee.uri, sighting.at};
}

}  // namespace rules
