#include "rules/sighting.hpp"

namespace rules {
namespace {

using calendly::Delivery;
using calendly::DeliveryKind;
using calendly::Invitee;

bool has_unknown_cancellation(const Invitee& invitee, const Ledger& ledger) {
    return invitee.cancellation && !ledger.done.contains(canceled_id(invitee.uri));
}

bool has_unknown_no_show(const Invitee& invitee, const Ledger& ledger) {
    return invitee.no_show && !ledger.done.contains(no_show_id(invitee.no_show->uri));
}

// A no-show that was marked after the booking had ended, if the clocks are right.
bool contradicts_the_end(const Delivery& delivery, const Ledger& ledger) {
    if (delivery.kind != DeliveryKind::no_show_created) return false;
    const auto known = ledger.bookings.find(delivery.invitee->uri);
    if (known == ledger.bookings.end() || !is_final(known->second.state)) return false;
    return delivery.invitee->no_show->created_at > known->second.changed_at;
}

}  // namespace

Sighting creation(const Sighting& of) {
    Sighting sighting = of;
    sighting.change = of.invitee.old_invitee.empty() ? Change::booked : Change::rescheduled;
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

Sightings further_changes(const Sighting& of, const Ledger& ledger) {
    Sightings sightings;
    if (has_unknown_no_show(of.invitee, ledger)) sightings.push_back(no_show(of));
    if (has_unknown_cancellation(of.invitee, ledger)) sightings.push_back(cancellation(of));
    return sightings;
}

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

bool disagrees(const Delivery& delivery, const Ledger& ledger) {
    const auto& invitee = *delivery.invitee;
    if (delivery.kind != DeliveryKind::invitee_canceled && has_unknown_cancellation(invitee, ledger))
        return true;
    if (delivery.kind != DeliveryKind::no_show_created && has_unknown_no_show(invitee, ledger)) return true;
    return contradicts_the_end(delivery, ledger);
}

}  // namespace rules
