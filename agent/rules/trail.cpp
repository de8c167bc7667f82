#include "rules/trail.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/merge.hpp"
#include "rules/person.hpp"

namespace rules {
namespace {

using calendly::DeliveryKind;
using calendly::Invitee;
using calendly::LinkKind;
using calendly::ScheduledEvent;

// Envelopes are precise to the second.
bool is_surely_later(Timestamp time, Timestamp envelope) {
    return std::chrono::floor<std::chrono::seconds>(time) > envelope;
}

// Whether the no-show stands: 404 is the only proof that it was undone. Nothing when the API does not say.
std::optional<bool> stands(const Trail::Answer& answer) {
    if (std::holds_alternative<calendly::NoShow>(answer)) return true;
    if (std::get<Trail::Silence>(answer) == Trail::Silence::gone) return false;
    return std::nullopt;
}

bool is_of_the_event(std::string_view place) {
    return place.starts_with("payload.scheduled_event");
}

// What could not be read is asked for, wherever links are followed at all.
bool has_odd_event(const calendly::Delivery& delivery) {
    return std::ranges::any_of(delivery.oddities, is_of_the_event);
}
bool has_odd_invitee(const calendly::Delivery& delivery) {
    return !std::ranges::all_of(delivery.oddities, is_of_the_event);
}

template <typename T>
void take_if_said(T& to, const T& from) {
    if (!is_absent(from)) to = from;
}

// What the person told, as the API has it. Of the invitee's state only what is part of the delivery's own
// change: the API may know of later ones.
void take_told(Invitee& to, const Invitee& from, DeliveryKind kind) {
    for (auto member : {&Invitee::name, &Invitee::first_name, &Invitee::last_name, &Invitee::timezone,
                        &Invitee::text_reminder_number, &Invitee::cancel_url, &Invitee::reschedule_url,
                        &Invitee::old_invitee})
        take_if_said(to.*member, from.*member);
    take_if_said(to.answers, from.answers);
    take_if_said(to.tracking, from.tracking);
    if (kind != DeliveryKind::invitee_canceled) return;
    take_if_said(to.cancellation, from.cancellation);
    take_if_said(to.new_invitee, from.new_invitee);
    take_if_said(to.rescheduled, from.rescheduled);
}

}  // namespace

Trail::Trail(const calendly::Delivery& delivery, const Ledger& ledger, const Settings& settings,
             Moment received)
    : delivery_(delivery), ledger_(ledger), settings_(settings), received_(received) {
    look_at(Part::own, *delivery.invitee, delivery.scheduled_event);
}

void Trail::tell(Answer answer) {
    question_.reset();
    (this->*std::exchange(on_answer_, nullptr))(std::move(answer));
}

bool Trail::ask(LinkKind kind, const std::string& uri, std::optional<Fallback> fallback, Step then) {
    auto link = calendly::parse_link(uri, settings_.api_origin);
    if (!link || link->kind != kind) return false;
    const bool is_event_type = kind == LinkKind::event_type;  // no delivery tells of its name
    question_ = Question{std::move(*link), is_event_type ? Moment::min() : received_, fallback,
                         kind == LinkKind::no_show};
    on_answer_ = then;
    return true;
}

// Each half once, however its link is written: halves that name each other in a circle come to an end.
bool Trail::ask_half(const std::string& uri, Fallback fallback, Step then) {
    if (settings_.is_read_from_api) return false;  // each half is told by itself
    const auto link = calendly::parse_link(uri, settings_.api_origin);
    return link && walked_.insert(link->path).second && ask(LinkKind::invitee, uri, fallback, then);
}

const Booking* Trail::known_booking(const std::string& uri) const {
    const auto found = ledger_.bookings.find(uri);
    return found == ledger_.bookings.end() ? nullptr : &found->second;
}

bool Trail::has_sighting(const std::string& change_id) const {
    return std::ranges::any_of(sightings_,
                               [&](const Sighting& sighting) { return sighting.change_id == change_id; });
}

// The type's name serves many deliveries. It is asked for first, where the copy says which it is, so that it
// does not queue behind all the events of a backlog.
void Trail::look_at(Part part, Invitee invitee, std::optional<ScheduledEvent> copy) {
    part_ = part;
    copy_ = std::move(copy);
    shown_ = {};
    shown_.invitee = std::move(invitee);
    if (copy_ && !needs_event()) {
        shown_.event = std::move(*copy_);
        return ask_type();
    }
    const auto link = calendly::parse_link(shown_.invitee.event, settings_.api_origin);
    if (!link || link->kind != LinkKind::scheduled_event) {
        mistake_ = "payload.event: not the URI of a scheduled event of Calendly's API";
        return not_found();
    }
    if (copy_ && ask_type_of(copy_->event_type, &Trail::on_type_of_copy)) return;
    ask_event();
}

bool Trail::needs_event() const {
    if (settings_.is_read_from_api) return false;
    return follows_everything() || (part_ == Part::own && has_odd_event(delivery_));
}

// False when there is nobody to ask, or the answer is known.
bool Trail::ask_type_of(const std::string& uri, Step then) {
    if (uri == type_.uri) return false;
    type_ = {uri, ""};
    return ask(LinkKind::event_type, uri, Fallback::event_type_name, then);
}

void Trail::on_type_of_copy(Answer answer) {
    if (auto* type = std::get_if<calendly::EventType>(&answer)) type_.name = std::move(type->name);
    ask_event();
}

void Trail::ask_event() {
    const auto fallback = copy_ ? std::optional(Fallback::event_copy) : std::nullopt;
    ask(LinkKind::scheduled_event, shown_.invitee.event, fallback, &Trail::on_event);
}

void Trail::on_event(Answer answer) {
    auto* event = std::get_if<ScheduledEvent>(&answer);
    if (!event && !copy_) return not_found();
    if (event) shown_.event = std::move(*event);
    if (copy_) take_missing(shown_.event, *copy_);
    ask_type();
}

void Trail::ask_type() {
    if (!ask_type_of(shown_.event.event_type, &Trail::on_type)) found();
}

void Trail::on_type(Answer answer) {
    if (auto* type = std::get_if<calendly::EventType>(&answer)) type_.name = std::move(type->name);
    found();
}

void Trail::found() {
    shown_.event_type_name = type_.name;
    switch (part_) {
        case Part::own:
            base_ = shown_;
            return ask_odd_invitee();
        case Part::old_half:
            sightings_.push_back(cancellation(shown_));
            return ask_old_half();
        case Part::new_half:
            sightings_.push_back(creation(shown_));
            return add_further_changes();
    }
}

// Without its event only the delivery itself is lost: the other halves of a reschedule have deliveries of
// their own.
void Trail::not_found() {
    switch (part_) {
        case Part::own:
            is_lost_ = true;
            return;
        case Part::old_half:
            return add_own_change();
        case Part::new_half:
            return after_new_half();
    }
}

// What of the invitee could not be read in the delivery, the API may have.
void Trail::ask_odd_invitee() {
    if (!has_odd_invitee(delivery_) || settings_.is_read_from_api ||
        !ask(LinkKind::invitee, base_.invitee.uri, Fallback::invitee_copy, &Trail::on_odd_invitee))
        on_own_invitee();
}

void Trail::on_odd_invitee(Answer answer) {
    if (const auto* invitee = std::get_if<Invitee>(&answer))
        take_told(base_.invitee, *invitee, delivery_.kind);
    shown_ = base_;
    on_own_invitee();
}

void Trail::on_own_invitee() {
    if (ledger_.done.contains(created_id(base_.invitee.uri))) return add_own_change();
    ask_old_half();
}

// A new half whose old booking is unknown here may have it from another person, who must learn that it is
// gone; and so may the ones before it.
void Trail::ask_old_half() {
    const auto& uri = shown_.invitee.old_invitee;
    const auto* known = known_booking(uri);
    const bool is_own = known && !known->invitee.uri.empty();
    if (uri.empty() || (is_own && has_no_news(*known)) || has_sighting(canceled_id(uri)) ||
        !ask_half(uri, Fallback::old_half, &Trail::on_old_half))
        add_own_change();
}

// Next to the delivery's own booking the fold itself sees to this person's bookings. Further on, behind
// somebody else's, only one that has ended is known for certain.
bool Trail::has_no_news(const Booking& own) const {
    return part_ == Part::own || is_final(own.state);
}

void Trail::on_old_half(Answer answer) {
    auto* invitee = std::get_if<Invitee>(&answer);
    if (!invitee || person_of(invitee->email) == person_of(shown_.invitee.email)) return add_own_change();
    invitee->rescheduled = true;
    look_at(Part::old_half, std::move(*invitee), ScheduledEvent{});
}

void Trail::add_own_change() {
    look_back();
    switch (delivery_.kind) {
        case DeliveryKind::invitee_created:
            sightings_.push_back(creation(base_));
            break;
        case DeliveryKind::invitee_canceled:
            sightings_.push_back(cancellation(base_));
            if (base_.invitee.rescheduled) return ask_new_half();
            break;
        case DeliveryKind::no_show_created:
            return add_no_show();
        case DeliveryKind::no_show_deleted:
            return add_undone();
        default:
            break;
    }
    settle_disagreement();
}

void Trail::look_back() {
    if (part_ != Part::own) shown_ = base_;
    part_ = Part::own;
}

void Trail::add_no_show() {
    if (!follows_everything() ||
        !ask(LinkKind::no_show, base_.invitee.no_show->uri, Fallback::no_show_copy, &Trail::on_no_show))
        on_no_show(Silence::refused);
}

void Trail::on_no_show(Answer answer) {
    auto marked = no_show(base_);
    const auto is_standing = stands(answer);
    if (is_standing == false) {
        auto undone = undoing(base_, marked.no_show, std::max(marked.at, delivery_.created_at));
        undone.change_id = marked.change_id;
        sightings_.push_back(std::move(undone));
        return settle_disagreement();
    }
    // What stands came last, whatever the clock of an undone one before it says.
    const auto* booking = known_booking(base_.invitee.uri);
    if (is_standing && booking) marked.at = std::max(marked.at, booking->changed_at);
    sightings_.push_back(std::move(marked));
    settle_disagreement();
}

// The delivery does not say which no-show was undone: the one that the ledger holds, unless the API still has
// it.
void Trail::add_undone() {
    const auto* booking = known_booking(base_.invitee.uri);
    if (!booking || booking->state != BookingState::no_show) {
        sightings_.push_back(undoing(base_, "", delivery_.created_at));
        return settle_disagreement();
    }
    if (!follows_everything() ||
        !ask(LinkKind::no_show, booking->no_show, Fallback::no_show_copy, &Trail::on_held_no_show))
        on_held_no_show(Silence::refused);
}

void Trail::on_held_no_show(Answer answer) {
    const auto& held = *known_booking(base_.invitee.uri);
    const auto delivered = delivery_.created_at;
    if (!stands(answer).value_or(is_surely_later(held.changed_at, delivered)))
        sightings_.push_back(undoing(base_, held.no_show, std::max(held.changed_at, delivered)));
    settle_disagreement();
}

// An old half whose new booking is unknown brings it along, so that the person is not taken for gone
// meanwhile.
void Trail::ask_new_half() {
    const auto& uri = shown_.invitee.new_invitee;
    const auto id = created_id(uri);
    const auto* known = known_booking(uri);
    const bool is_done = ledger_.done.contains(id) && (!known || has_no_news(*known));
    if (is_done || has_sighting(id) || !ask_half(uri, Fallback::new_half, &Trail::on_new_half))
        after_new_half();
}

void Trail::on_new_half(Answer answer) {
    auto* invitee = std::get_if<Invitee>(&answer);
    if (!invitee) return after_new_half();
    invitee->old_invitee = shown_.invitee.uri;
    look_at(Part::new_half, std::move(*invitee), std::nullopt);
}

void Trail::after_new_half() {
    if (!is_settling_) settle_disagreement();
}

// The invitee as the API shows it now, else as the delivery shows it, tells of changes whose own deliveries
// are late or lost.
void Trail::settle_disagreement() {
    is_settling_ = true;
    if (!disagrees(delivery_, ledger_)) return;
    look_back();
    if (!follows_everything() ||
        !ask(LinkKind::invitee, base_.invitee.uri, Fallback::invitee_copy, &Trail::on_invitee_now))
        add_further_changes();
}

void Trail::on_invitee_now(Answer answer) {
    if (auto* invitee = std::get_if<Invitee>(&answer)) shown_.invitee = std::move(*invitee);
    add_further_changes();
}

// What the API shows of an invitee besides its creation; one that was moved again brings the next one along.
void Trail::add_further_changes() {
    auto changes = further_changes(shown_, ledger_);
    std::ranges::move(changes, std::back_inserter(sightings_));
    if (shown_.invitee.cancellation && shown_.invitee.rescheduled) return ask_new_half();
    after_new_half();
}

}  // namespace rules
