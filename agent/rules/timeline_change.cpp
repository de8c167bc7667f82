#include "rules/timeline_change.hpp"

#include "rules/brevo_event.hpp"
#include "rules/sighting.hpp"

namespace rules {
namespace {

Change own_change(const calendly::Delivery& delivery) {
    switch (delivery.kind) {
        case calendly::DeliveryKind::invitee_canceled:
            return delivery.invitee->rescheduled ? Change::rescheduled : Change::canceled;
        case calendly::DeliveryKind::no_show_created:
            return Change::no_show;
        case calendly::DeliveryKind::no_show_deleted:
            return Change::no_show_undone;
        case calendly::DeliveryKind::routing_form_submission:
            return Change::form_submitted;
        default:
            return delivery.invitee->old_invitee.empty() ? Change::booked : Change::rescheduled;
    }
}

}  // namespace

TimelineEntry timeline_entry(const calendly::Delivery& delivery) {
    TimelineEntry entry;
    if (!delivery.invitee && !delivery.routing_form) return entry;
    entry.change_id = own_change_id(delivery);
    entry.event = event_name(own_change(delivery));
    if (delivery.invitee) entry.invitee = delivery.invitee->uri;
    return entry;
}

TimelineEntry timeline_entry(const Sighting& sighting, const TimelineEntry& told) {
    auto entry = told;
    entry.change_id = sighting.change_id;
    entry.event = event_name(sighting.is_moved ? Change::rescheduled : sighting.change);
    entry.invitee = sighting.invitee.uri;
    return entry;
}

}  // namespace rules
