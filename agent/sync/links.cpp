#include "sync/links.hpp"

#include <algorithm>

#include "rules/person.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using api::Answer;
using calendly::DeliveryKind;
using calendly::Invitee;
using calendly::ScheduledEvent;

const rules::Booking* find_booking(const rules::Ledger& ledger, const std::string& uri) {
    const auto found = ledger.bookings.find(uri);
    return found == ledger.bookings.end() ? nullptr : &found->second;
}

// Envelopes are precise to the second.
bool is_surely_later(rules::Timestamp time, rules::Timestamp envelope) {
    return std::chrono::floor<std::chrono::seconds>(time) > envelope;
}

bool has_sighting(const rules::Sightings& sightings, const std::string& change_id) {
    return std::any_of(sightings.begin(), sightings.end(),
                       [&](const rules::Sighting& sighting) { return sighting.change_id == change_id; });
}

void append(rules::Sightings& to, rules::Sightings from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

asio::awaitable<Answer<rules::Sighting>> Links::base_of(Invitee invitee,
                                                        std::optional<ScheduledEvent> embedded,
                                                        CalendlyLookup::Since received) {
    rules::Sighting sighting;
    auto event = co_await lookup_.event(invitee.event, std::move(embedded), received);
    if (!event) co_return event.error();
    sighting.invitee = std::move(invitee);
    sighting.event = std::move(*event);
    sighting.event_type_name = co_await lookup_.event_type_name(sighting.event.event_type);
    co_return sighting;
}

asio::awaitable<void> Links::add_no_show(Trail& trail) {
    auto marked = no_show(trail.base);
    const auto stands = co_await lookup_.no_show_stands(marked.no_show);
    if (stands == false) {
        const auto at = std::max(marked.at, trail.delivery.created_at);
        auto undone = rules::undoing(trail.base, marked.no_show, at);
        undone.change_id = marked.change_id;
        trail.sightings.push_back(std::move(undone));
        co_return;
    }
    // What stands came last, whatever the clock of an undone one before it says.
    const auto* booking = find_booking(trail.ledger, trail.base.invitee.uri);
    if (stands && booking) marked.at = std::max(marked.at, booking->changed_at);
    trail.sightings.push_back(std::move(marked));
}

// The delivery does not say which no-show was undone: the one that the ledger holds, unless the API still has
// it.
asio::awaitable<void> Links::add_undone(Trail& trail) {
    const auto delivered = trail.delivery.created_at;
    const auto* booking = find_booking(trail.ledger, trail.base.invitee.uri);
    if (!booking || booking->state != rules::BookingState::no_show) {
        trail.sightings.push_back(rules::undoing(trail.base, "", delivered));
        co_return;
    }
    const auto held = booking->no_show;
    const auto marked_at = booking->changed_at;
    const auto stands = co_await lookup_.no_show_stands(held);
    if (!stands.value_or(is_surely_later(marked_at, delivered)))
        trail.sightings.push_back(rules::undoing(trail.base, held, std::max(marked_at, delivered)));
}

// What the API shows of an invitee besides its creation; one that was moved again brings the next one along.
asio::awaitable<void> Links::add_further_changes(Trail& trail, rules::Sighting shown) {
    append(trail.sightings, rules::further_changes(shown, trail.ledger));
    const bool is_moved = shown.invitee.cancellation && shown.invitee.rescheduled;
    if (is_moved) co_await add_new_half(trail, std::move(shown));
}

// An old half whose new booking is unknown brings it along, so that the person is not taken for gone
// meanwhile.
asio::awaitable<void> Links::add_new_half(Trail& trail, rules::Sighting old_half) {
    const auto uri = old_half.invitee.new_invitee;
    if (trail.ledger.done.contains(rules::created_id(uri)) ||
        has_sighting(trail.sightings, rules::created_id(uri)))
        co_return;
    auto invitee = co_await lookup_.invitee(uri, Fallback::new_half, trail.received);
    if (!invitee) co_return;
    invitee->old_invitee = old_half.invitee.uri;
    const auto new_half = co_await base_of(std::move(*invitee), std::nullopt, trail.received);
    if (!new_half) co_return;  // its own delivery will tell
    trail.sightings.push_back(rules::creation(*new_half));
    co_await add_further_changes(trail, *new_half);
}

// A new half whose old booking is unknown here may have it from another person, who must learn that it is
// gone; and so may the ones before it.
asio::awaitable<void> Links::add_old_half(Trail& trail, rules::Sighting new_half) {
    const auto uri = new_half.invitee.old_invitee;
    if (uri.empty() || has_sighting(trail.sightings, rules::canceled_id(uri))) co_return;
    const auto* known = find_booking(trail.ledger, uri);
    if (known && !known->invitee.uri.empty()) co_return;  // this person's own
    auto invitee = co_await lookup_.invitee(uri, Fallback::old_half, trail.received);
    if (!invitee || rules::person_of(invitee->email) == rules::person_of(new_half.invitee.email)) co_return;
    invitee->rescheduled = true;
    const ScheduledEvent unknown;
    const auto old_half = co_await base_of(std::move(*invitee), unknown, trail.received);
    if (!old_half) co_return;
    trail.sightings.push_back(cancellation(*old_half));
    co_await add_old_half(trail, *old_half);
}

// The invitee as the API shows it now, else as the delivery shows it, tells of changes whose own deliveries
// are late or lost.
asio::awaitable<void> Links::settle_disagreement(Trail& trail) {
    if (!rules::disagrees(trail.delivery, trail.ledger)) co_return;
    rules::Sighting truth = trail.base;
    std::optional<Invitee> invitee;
    if (lookup_.follows_everything())
        invitee = co_await lookup_.invitee(truth.invitee.uri, Fallback::invitee_copy, trail.received);
    if (invitee) truth.invitee = std::move(*invitee);
    co_await add_further_changes(trail, std::move(truth));
}

asio::awaitable<void> Links::add_own_change(Trail& trail) {
    switch (trail.delivery.kind) {
        case DeliveryKind::invitee_created:
            trail.sightings.push_back(rules::creation(trail.base));
            break;
        case DeliveryKind::invitee_canceled:
            trail.sightings.push_back(cancellation(trail.base));
            if (trail.sightings.back().is_moved) co_await add_new_half(trail, trail.base);
            break;
        case DeliveryKind::no_show_created:
            co_await add_no_show(trail);
            break;
        case DeliveryKind::no_show_deleted:
            co_await add_undone(trail);
            break;
        default:
            break;
    }
}

asio::awaitable<Answer<rules::Sightings>> Links::follow(calendly::Delivery delivery,
                                                        CalendlyLookup::Since received,
                                                        const rules::Ledger& ledger) {
    auto base = co_await base_of(*delivery.invitee, delivery.scheduled_event, received);
    if (!base) co_return base.error();
    Trail trail{delivery, ledger, received, std::move(*base), {}};
    const bool is_new = !ledger.done.contains(rules::created_id(delivery.invitee->uri));
    if (is_new) co_await add_old_half(trail, trail.base);
    co_await add_own_change(trail);
    co_await settle_disagreement(trail);
    co_return std::move(trail.sightings);
}

}  // namespace syncing
