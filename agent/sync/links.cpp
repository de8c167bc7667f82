#include "sync/links.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "calendly/link.hpp"
#include "sync/mask.hpp"
#include "sync/merge.hpp"
#include "sync/text.hpp"

namespace syncing {
namespace {

namespace asio = boost::asio;
using calendly::Delivery;
using calendly::DeliveryKind;
using calendly::Invitee;
using calendly::LinkKind;
using calendly::ScheduledEvent;
using http::Answer;

constexpr std::chrono::hours event_type_lifetime{1};
constexpr std::chrono::minutes unreadable_event_type_lifetime{10};

http::ApiFailure unusable(std::string reason) {
    http::ApiFailure failure;
    failure.remedy = http::Remedy::give_up;
    failure.reason = std::move(reason);
    return failure;
}

Change created_change(const Invitee& invitee) {
    return invitee.old_invitee.empty() ? Change::booked : Change::rescheduled;
}

Sighting creation(const Sighting& of) {
    Sighting sighting = of;
    sighting.change = created_change(of.invitee);
    sighting.change_id = created_id(of.invitee.uri);
    sighting.at = of.invitee.created_at;
    return sighting;
}

Sighting cancellation(const Sighting& of) {
    Sighting sighting = of;
    sighting.change = Change::canceled;
    sighting.change_id = canceled_id(of.invitee.uri);
    const auto& known = of.invitee.cancellation;
    sighting.at = known && known->created_at ? *known->created_at : of.invitee.updated_at;
    sighting.is_moved = of.invitee.rescheduled;
    return sighting;
}

Sighting no_show(const Sighting& of) {
    Sighting sighting = of;
    sighting.change = Change::no_show;
    sighting.no_show = of.invitee.no_show->uri;
    sighting.change_id = no_show_id(sighting.no_show);
    sighting.at = of.invitee.no_show->created_at.value_or(of.invitee.updated_at);
    return sighting;
}

Sighting undoing(const Sighting& of, const std::string& no_show_uri, Timestamp at) {
    Sighting sighting = of;
    sighting.change = Change::no_show_undone;
    sighting.no_show = no_show_uri;
    sighting.change_id = no_show_uri.empty() ? "" : no_show_undone_id(no_show_uri);
    sighting.at = at;
    return sighting;
}

const Booking* find_booking(const Ledger& ledger, const std::string& uri) {
    const auto found = ledger.bookings.find(uri);
    return found == ledger.bookings.end() ? nullptr : &found->second;
}

// Envelopes are precise to the second.
bool is_surely_later(Timestamp time, Timestamp envelope) {
    return std::chrono::floor<std::chrono::seconds>(time) > envelope;
}

}  // namespace

std::string own_change_id(const Delivery& delivery) {
    switch (delivery.kind) {
        case DeliveryKind::invitee_created:
            return created_id(delivery.invitee->uri);
        case DeliveryKind::invitee_canceled:
            return canceled_id(delivery.invitee->uri);
        case DeliveryKind::no_show_created:
            return no_show_id(delivery.invitee->no_show->uri);
        case DeliveryKind::routing_form_submission:
            return form_id(delivery.routing_form->uri);
        default:
            return {};  // the deletion of a no-show does not name it
    }
}

Links::Links(calendly::Api& api, config::FollowLinks mode, Persistence& persistence, Statistics& statistics,
             std::shared_ptr<spdlog::logger> log)
    : api_(api), mode_(mode), persistence_(persistence), statistics_(statistics), log_(std::move(log)) {}

void Links::note_fallback(const std::string& what, const http::ApiFailure& failure) {
    ++statistics_.fallbacks[what];
    log_->warn("{}; going on without: {}", describe(failure), what);
}

asio::awaitable<Answer<ScheduledEvent>> Links::event_of(std::string uri, const ScheduledEvent* embedded) {
    if (mode_ == config::FollowLinks::missing && embedded) co_return *embedded;
    const auto link = calendly::parse_link(uri, api_.origin());
    if (!link || link->kind != LinkKind::scheduled_event)
        co_return unusable("payload.event: not the URI of a scheduled event of Calendly's API");
    const auto get = [this, path = *link] { return api_.scheduled_event(path); };
    auto answer = co_await persistence_.persist(get);
    if (answer) {
        if (embedded) take_missing(*answer, *embedded);
        co_return answer;
    }
    if (!embedded) co_return answer;
    note_fallback("scheduled event, its copy in the delivery serves", answer.error());
    co_return *embedded;
}

asio::awaitable<std::string> Links::event_type_name(std::string uri) {
    const auto now = std::chrono::steady_clock::now();
    const auto known = event_types_.find(uri);
    if (known != event_types_.end() && known->second.until > now) co_return known->second.name;
    const auto link = calendly::parse_link(uri, api_.origin());
    if (!link || link->kind != LinkKind::event_type) co_return std::string();
    const auto get = [this, path = *link] { return api_.event_type(path); };
    const auto answer = co_await persistence_.persist(get);
    if (!answer) note_fallback("event type, the event's name serves", answer.error());
    const std::string name = answer ? answer->name : std::string();
    event_types_[uri] = {
        name, now + (answer ? std::chrono::minutes(event_type_lifetime) : unreadable_event_type_lifetime)};
    co_return name;
}

asio::awaitable<Answer<Sighting>> Links::base_sighting(const Delivery& delivery) {
    Sighting sighting;
    sighting.invitee = *delivery.invitee;
    const auto* embedded = delivery.scheduled_event ? &*delivery.scheduled_event : nullptr;
    auto event = co_await event_of(delivery.invitee->event, embedded);
    if (!event) co_return event.error();
    sighting.event = std::move(*event);
    sighting.event_type_name = co_await event_type_name(sighting.event.event_type);
    co_return sighting;
}

// 404 is the only proof that a no-show was undone; anything else that is final leaves the delivery's word.
asio::awaitable<bool> Links::is_no_show_undone(std::string no_show_uri) {
    const auto link = calendly::parse_link(no_show_uri, api_.origin());
    if (!link || link->kind != LinkKind::no_show) co_return false;
    const auto get = [this, path = *link] { return api_.no_show(path); };
    const auto answer = co_await persistence_.persist(get);
    if (answer) co_return false;
    if (answer.error().status == 404) co_return true;
    note_fallback("no-show, the delivery's word serves", answer.error());
    co_return false;
}

asio::awaitable<void> Links::add_no_show(Sighting sighting, Timestamp delivered, Sightings& sightings) {
    auto marked = no_show(sighting);
    bool is_undone = false;
    if (mode_ == config::FollowLinks::always) is_undone = co_await is_no_show_undone(marked.no_show);
    if (is_undone) {
        auto undone = undoing(sighting, marked.no_show, std::max(marked.at, delivered));
        undone.change_id = marked.change_id;
        sightings.push_back(std::move(undone));
    } else {
        sightings.push_back(std::move(marked));
    }
}

asio::awaitable<void> Links::add_undone(Sighting sighting, Timestamp delivered, const Ledger& ledger,
                                        Sightings& sightings) {
    const auto* booking = find_booking(ledger, sighting.invitee.uri);
    if (!booking || booking->state != BookingState::no_show) {
        sightings.push_back(undoing(sighting, "", delivered));
        co_return;
    }
    const auto held = booking->no_show;
    const auto marked_at = booking->changed_at;
    bool is_undone = !is_surely_later(marked_at, delivered);
    if (mode_ == config::FollowLinks::always) is_undone = co_await is_no_show_undone(held);
    if (is_undone) sightings.push_back(undoing(sighting, held, std::max(marked_at, delivered)));
}

asio::awaitable<std::optional<Invitee>> Links::other_half(std::string uri) {
    const auto link = calendly::parse_link(uri, api_.origin());
    if (!link || link->kind != LinkKind::invitee) co_return std::nullopt;
    const auto get = [this, path = *link] { return api_.invitee(path); };
    const auto invitee = co_await persistence_.persist(get);
    if (invitee) co_return *invitee;
    note_fallback("other half of a reschedule, its own delivery will tell", invitee.error());
    co_return std::nullopt;
}

// An old half whose new booking is unknown brings it along, so that the person is not taken for gone
// meanwhile.
asio::awaitable<void> Links::add_new_half(const Sighting& old_half, const Ledger& ledger,
                                          Sightings& sightings) {
    const auto uri = old_half.invitee.new_invitee;
    if (ledger.done.contains(created_id(uri))) co_return;
    const auto invitee = co_await other_half(uri);
    if (!invitee) co_return;
    auto event = co_await event_of(invitee->event, nullptr);
    if (!event) {
        note_fallback("event of the new half of a reschedule, its own delivery will tell", event.error());
        co_return;
    }
    Sighting sighting;
    sighting.invitee = *invitee;
    sighting.invitee.old_invitee = old_half.invitee.uri;
    sighting.event = std::move(*event);
    sighting.event_type_name = co_await event_type_name(sighting.event.event_type);
    sightings.push_back(creation(sighting));
    if (invitee->no_show) sightings.push_back(no_show(sighting));
    if (invitee->cancellation) sightings.push_back(cancellation(sighting));
}

// A new half whose old booking is unknown here may have it from another person, who must learn that it is
// gone.
asio::awaitable<void> Links::add_old_half(const Sighting& new_half, const Ledger& ledger,
                                          Sightings& sightings) {
    const auto uri = new_half.invitee.old_invitee;
    if (uri.empty() || find_booking(ledger, uri)) co_return;
    const auto invitee = co_await other_half(uri);
    if (!invitee || person_of(invitee->email) == person_of(new_half.invitee.email)) co_return;
    Sighting sighting;
    sighting.invitee = *invitee;
    sighting.invitee.rescheduled = true;
    auto event = co_await event_of(invitee->event, nullptr);
    if (event) sighting.event = std::move(*event);
    sightings.push_back(cancellation(sighting));
}

asio::awaitable<Answer<Links::Sightings>> Links::follow(Delivery delivery, const Ledger& ledger) {
    auto base = co_await base_sighting(delivery);
    if (!base) co_return base.error();
    Sightings sightings;
    switch (delivery.kind) {
        case DeliveryKind::invitee_created:
            co_await add_old_half(*base, ledger, sightings);
            sightings.push_back(creation(*base));
            break;
        case DeliveryKind::invitee_canceled:
            sightings.push_back(cancellation(*base));
            if (sightings.back().is_moved) co_await add_new_half(*base, ledger, sightings);
            break;
        case DeliveryKind::no_show_created:
            co_await add_no_show(*base, delivery.created_at, sightings);
            break;
        case DeliveryKind::no_show_deleted:
            co_await add_undone(*base, delivery.created_at, ledger, sightings);
            break;
        default:
            break;
    }
    co_return sightings;
}

}  // namespace syncing
