#include "rules/brevo_event.hpp"

#include "rules/described_booking.hpp"
#include "rules/local_time.hpp"
#include "text/text.hpp"

namespace rules {
namespace {

namespace json = boost::json;

// Brevo takes 50 KB of properties in all.
constexpr std::size_t longest_value = 2000;

void set(json::object& properties, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    const auto clean = text::clean(text::clip(value, longest_value));
    properties[json::string_view(name.data(), name.size())] = json::string_view(clean.data(), clean.size());
}

void set_time(json::object& properties, std::string_view name, const std::optional<Timestamp>& time,
              const std::string& zone) {
    if (time) set(properties, name, local_iso8601(*time, zone));
}

void set_booking(json::object& properties, const Booking& booking) {
    const auto& [invitee, event] = std::tie(booking.invitee, booking.event);
    set(properties, "invitee_uri", invitee.uri);
    set(properties, "event_uri", invitee.event);
    set(properties, "event_type_uri", event.event_type);
    set(properties, "event_type_name", type_name_of(booking));
    set_time(properties, "start_time", event.start_time, invitee.timezone);
    set_time(properties, "end_time", event.end_time, invitee.timezone);
    set(properties, "timezone", invitee.timezone);
    set(properties, "location", event.location);
    set(properties, "join_url", event.join_url);
    set(properties, "cancel_url", invitee.cancel_url);
    set(properties, "reschedule_url", invitee.reschedule_url);
    set(properties, "host_name", event.host_name);
    set(properties, "host_email", event.host_email);
    if (!invitee.cancellation) return;
    set(properties, "canceler_type", invitee.cancellation->canceler_type);
    set(properties, "cancel_reason", invitee.cancellation->reason);
}

void set_form(json::object& properties, const calendly::RoutingFormSubmission& form) {
    set(properties, "form_submission_uri", form.uri);
    for (const auto& [name, value] : form.tracking) set(properties, name, value);
}

}  // namespace

std::string_view event_name(Change change) {
    switch (change) {
        case Change::booked:
            return "calendly_booked";
        case Change::rescheduled:
            return "calendly_rescheduled";
        case Change::canceled:
            return "calendly_canceled";
        case Change::no_show:
            return "calendly_no_show";
        case Change::no_show_undone:
            return "calendly_no_show_undone";
        case Change::form_submitted:
            return "calendly_form_submitted";
    }
    return {};
}

brevo::Event make_event(const std::string& person, const Ledger& ledger, const Transition& transition) {
    brevo::Event event;
    event.name = event_name(transition.change);
    event.email = person;
    event.date = calendly::to_string(transition.at);
    set(event.properties, "change_id", transition.change_id);
    if (transition.change == Change::form_submitted) {
        set_form(event.properties, ledger.forms.at(transition.uri));
    } else {
        set_booking(event.properties, ledger.bookings.at(transition.uri));
    }
    event.properties["other_active_booking"] = has_other_active(ledger, transition.uri, transition.at);
    return event;
}

}  // namespace rules
