#include "rules/missed_change.hpp"

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "calendly/types.hpp"
#include "rules/fold.hpp"
#include "rules/sighting.hpp"

namespace rules {
namespace {

namespace json = boost::json;
using calendly::ListedEvent;
using calendly::ListedInvitee;

std::string undone_delivery_id(const std::string& invitee_uri) {
    return "invitee_no_show.deleted@" + invitee_uri;
}

json::object object_of(const json::value& value) {
    return value.is_object() ? value.get_object() : json::object();
}

// The meeting takes place, as far as the delivery knew.
void hide_cancellation(json::object& resource) {
    resource["status"] = "active";
    resource.erase("cancellation");
}

// As the invitee was before it was canceled or marked.
json::object before_cancellation(const ListedInvitee& listed) {
    auto payload = object_of(listed.json);
    if (!listed.is_canceled) return payload;
    hide_cancellation(payload);
    payload["rescheduled"] = false;
    payload["new_invitee"] = nullptr;
    payload["updated_at"] = calendly::to_string(listed.invitee.created_at);
    return payload;
}

json::object as_booked(const ListedInvitee& listed) {
    auto payload = before_cancellation(listed);
    payload["no_show"] = nullptr;
    return payload;
}

class Missed {
public:
    Missed(const ListedInvitee& invitee, const ListedEvent& event, const std::string& created_by)
        : invitee_(invitee), event_(event), created_by_(created_by) {}

    void add(std::string event, std::string id, Timestamp at, json::object payload) {
        MissedChange change;
        change.delivery_id = id;
        change.id = std::move(id);
        change.event = std::move(event);
        change.invitee = invitee_.invitee.uri;
        change.at = change.not_before = at;
        auto meeting = object_of(event_.json);
        if (change.event != "invitee.canceled" && event_.status == "canceled") hide_cancellation(meeting);
        payload["scheduled_event"] = std::move(meeting);
        change.body = json::serialize(json::object{{"created_at", calendly::to_string(at)},
                                                   {"created_by", created_by_},
                                                   {"event", change.event},
                                                   {"payload", std::move(payload)}});
        changes_.push_back(std::move(change));
    }

    MissedChange& last() { return changes_.back(); }
    std::vector<MissedChange> take() { return std::move(changes_); }

private:
    const ListedInvitee& invitee_;
    const ListedEvent& event_;
    const std::string& created_by_;
    std::vector<MissedChange> changes_;
};

// The no-show that the ledger holds and the API no longer shows: it was undone, nobody knows when. Before the
// next one, if there is a next one.
void add_undone(Missed& missed, const ListedInvitee& listed, const Booking& held, Timestamp now) {
    const auto& shown = listed.invitee.no_show;
    const auto at = shown && shown->created_at ? std::min(now, *shown->created_at) : now;
    missed.add("invitee_no_show.deleted", no_show_undone_id(held.no_show), std::max(at, held.changed_at),
               as_booked(listed));
    missed.last().delivery_id = undone_delivery_id(listed.invitee.uri);
    missed.last().tells_its_time = shown && shown->created_at;
    if (!missed.last().tells_its_time) missed.last().not_before = held.changed_at;
}

bool holds_another_no_show(const Booking* booking, const ListedInvitee& listed) {
    if (!booking || booking->state != BookingState::no_show || listed.is_canceled) return false;
    return !booking->no_show.empty() &&
           (!listed.invitee.no_show || listed.invitee.no_show->uri != booking->no_show);
}

const Booking* booking_of(const Ledger& ledger, const std::string& invitee_uri) {
    const auto found = ledger.bookings.find(invitee_uri);
    return found == ledger.bookings.end() ? nullptr : &found->second;
}

}  // namespace

std::vector<MissedChange> missed_changes(const ListedInvitee& listed, const ListedEvent& event,
                                         const Ledger& ledger, const std::string& created_by, Timestamp now) {
    Missed missed(listed, event, created_by);
    const auto& invitee = listed.invitee;
    const auto is_unknown = [&](const std::string& id) { return !ledger.done.contains(id); };
    Sighting of;
    of.invitee = invitee;
    if (auto id = created_id(invitee.uri); is_unknown(id))
        missed.add("invitee.created", std::move(id), invitee.created_at, as_booked(listed));
    const auto* booking = booking_of(ledger, invitee.uri);
    if (holds_another_no_show(booking, listed)) add_undone(missed, listed, *booking, now);
    if (invitee.no_show && is_unknown(no_show_id(invitee.no_show->uri)))
        missed.add("invitee_no_show.created", no_show_id(invitee.no_show->uri), no_show(of).at,
                   before_cancellation(listed));
    if (auto id = canceled_id(invitee.uri); listed.is_canceled && is_unknown(id))
        missed.add("invitee.canceled", std::move(id), cancellation(of).at, object_of(listed.json));
    return missed.take();
}

bool is_known(const MissedChange& change, const Ledger& ledger) {
    return ledger.done.contains(change.id);
}

std::vector<std::string> unknown_halves(const calendly::Invitee& invitee, const Ledger& ledger) {
    std::vector<std::string> halves;
    if (!invitee.old_invitee.empty() && !ledger.done.contains(canceled_id(invitee.old_invitee)))
        halves.push_back(invitee.old_invitee);
    if (!invitee.new_invitee.empty() && !ledger.done.contains(created_id(invitee.new_invitee)))
        halves.push_back(invitee.new_invitee);
    return halves;
}

std::string delivery_id(const calendly::Delivery& delivery) {
    if (delivery.kind == calendly::DeliveryKind::no_show_deleted)
        return undone_delivery_id(delivery.invitee->uri);
    return delivery.invitee ? own_change_id(delivery) : std::string();
}

}  // namespace rules
