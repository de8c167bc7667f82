#include "rules/field_source.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "rules/described_booking.hpp"
#include "rules/questions.hpp"
#include "text/text.hpp"

namespace rules {
namespace {

using calendly::Invitee;

FieldValue text_value(std::string_view text) {
    if (text.empty()) return {};
    return std::string(text);
}

FieldValue time_value(const std::optional<Timestamp>& time, const Booking& booking) {
    if (!time) return {};
    return LocalTime{*time, booking.invitee.timezone};
}

// What a person said in a routing form, as if it had been said when booking.
Invitee as_invitee(const calendly::RoutingFormSubmission& form) {
    Invitee invitee;
    invitee.uri = form.uri;
    invitee.answers = form.answers;
    invitee.tracking = form.tracking;
    invitee.created_at = form.created_at;
    return invitee;
}

std::string first_name(const Invitee& invitee) {
    return invitee.first_name.empty() ? text::split_name(invitee.name).first : invitee.first_name;
}

std::string last_name(const Invitee& invitee) {
    return invitee.last_name.empty() ? text::split_name(invitee.name).second : invitee.last_name;
}

std::string full_name(const Invitee& invitee) {
    if (!invitee.name.empty()) return invitee.name;
    return std::string(text::trim(invitee.first_name + " " + invitee.last_name));
}

std::string tracking_value(const Invitee& invitee, std::string_view name) {
    for (const auto& [key, value] : invitee.tracking)
        if (key == name) return value;
    return {};
}

calendly::Cancellation cancellation_of(const Told& told) {
    return told.is_canceled ? told.invitee->cancellation.value_or(calendly::Cancellation{})
                            : calendly::Cancellation{};
}

// What describes a booking.
using DescribedField = FieldValue (*)(const Booking&);
const std::map<std::string_view, DescribedField> described_fields = {
    {"scheduled_at", [](const Booking& b) { return time_value(b.event.start_time, b); }},
    {"end_time", [](const Booking& b) { return time_value(b.event.end_time, b); }},
    {"event_type_name", [](const Booking& b) { return text_value(type_name_of(b)); }},
    {"event_name", [](const Booking& b) { return text_value(b.event.name); }},
    {"location", [](const Booking& b) { return text_value(b.event.location); }},
    {"join_url", [](const Booking& b) { return text_value(b.event.join_url); }},
    {"cancel_url", [](const Booking& b) { return text_value(b.invitee.cancel_url); }},
    {"reschedule_url", [](const Booking& b) { return text_value(b.invitee.reschedule_url); }},
    {"host_name", [](const Booking& b) { return text_value(b.event.host_name); }},
    {"host_email", [](const Booking& b) { return text_value(b.event.host_email); }},
    {"event_uri", [](const Booking& b) { return text_value(b.invitee.event); }},
    {"event_type_uri", [](const Booking& b) { return text_value(b.event.event_type); }},
    {"invitee_uri", [](const Booking& b) { return text_value(b.invitee.uri); }},
};

// The number of bookings in these states.
const std::map<std::string_view, std::set<BookingState>> counters = {
    {"booking_count", {BookingState::booked, BookingState::canceled, BookingState::no_show}},
    {"cancellation_count", {BookingState::canceled}},
    {"no_show_count", {BookingState::no_show}},
};

std::int64_t count(const Ledger& ledger, const std::set<BookingState>& states) {
    return std::count_if(ledger.bookings.begin(), ledger.bookings.end(),
                         [&](const auto& entry) { return states.contains(entry.second.state); });
}

// What tells of the person.
using PersonalField = std::string (*)(const Told&);
const std::map<std::string_view, PersonalField> personal_fields = {
    {"name", [](const Told& told) { return full_name(*told.invitee); }},
    {"first_name", [](const Told& told) { return first_name(*told.invitee); }},
    {"last_name", [](const Told& told) { return last_name(*told.invitee); }},
    {"timezone", [](const Told& told) { return told.invitee->timezone; }},
    {"text_reminder_number", [](const Told& told) { return told.invitee->text_reminder_number; }},
    {"cancel_reason", [](const Told& told) { return cancellation_of(told).reason; }},
    {"canceler_type", [](const Told& told) { return cancellation_of(told).canceler_type; }},
    {"utm_campaign", [](const Told& told) { return tracking_value(*told.invitee, "utm_campaign"); }},
    {"utm_source", [](const Told& told) { return tracking_value(*told.invitee, "utm_source"); }},
    {"utm_medium", [](const Told& told) { return tracking_value(*told.invitee, "utm_medium"); }},
    {"utm_content", [](const Told& told) { return tracking_value(*told.invitee, "utm_content"); }},
    {"utm_term", [](const Told& told) { return tracking_value(*told.invitee, "utm_term"); }},
};

// Until one is taken.
template <typename Items, typename Read>
void offer_each(const Items& items, const FieldSources::Take& take, Read read) {
    for (const auto& item : items) {
        const FieldValue value = read(item);
        if (!std::holds_alternative<std::monostate>(value) && take(value)) return;
    }
}

}  // namespace

FieldSources::FieldSources(const Ledger& ledger) : ledger_(ledger), describing_(in_describing_order(ledger)) {
    forms_.reserve(ledger.forms.size());
    for (const auto& [uri, form] : ledger.forms) forms_.push_back(as_invitee(form));
    for (const auto& form : forms_) told_.push_back({&form, false});
    for (const auto& [uri, booking] : ledger.bookings)
        told_.push_back({&booking.invitee, booking.state == BookingState::canceled});
    std::sort(told_.begin(), told_.end(), [](const Told& a, const Told& b) {
        return std::tie(a.invitee->created_at, a.invitee->uri) >
               std::tie(b.invitee->created_at, b.invitee->uri);
    });
}

const Booking* FieldSources::described() const {
    if (describing_.empty() || describing_.front()->state == BookingState::rescheduled) return nullptr;
    return describing_.front();
}

void FieldSources::offer(std::string_view source, const Take& take) const {
    if (source == "status") {
        if (!ledger_.bookings.empty()) take(text_value(status_of(described())));
    } else if (const auto counter = counters.find(source); counter != counters.end()) {
        take(count(ledger_, counter->second));
    } else if (const auto field = described_fields.find(source); field != described_fields.end()) {
        offer_each(describing_, take, [&](const Booking* booking) { return field->second(*booking); });
    } else {
        const auto read = personal_fields.at(source);
        offer_each(told_, take, [&](const Told& told) { return text_value(read(told)); });
    }
}

void FieldSources::offer_answers(std::string_view key, const Take& take) const {
    offer_each(told_, take,
               [&](const Told& told) { return text_value(find_answer(told.invitee->answers, key)); });
}

}  // namespace rules
