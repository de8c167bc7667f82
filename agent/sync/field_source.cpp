#include "sync/field_source.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "sync/questions.hpp"
#include "sync/text.hpp"

namespace syncing {
namespace {

using calendly::Cancellation;

FieldValue text_value(std::string_view text) {
    if (text.empty()) return {};
    return std::string(text);
}

FieldValue time_value(const std::optional<Timestamp>& time, const Booking& booking) {
    if (!time) return {};
    return LocalTime{*time, booking.invitee.timezone};
}

Timestamp start_of(const Booking& booking) {
    return booking.event.start_time.value_or(Timestamp{});
}

bool is_booked_after(const Booking& booking, Timestamp change) {
    return booking.state == BookingState::booked && start_of(booking) > change;
}

const Booking* find_last_changed(const Ledger& ledger) {
    const auto rank = [](const auto& entry) {
        const auto& [uri, booking] = entry;
        return std::tuple(booking.changed_at, booking.state, start_of(booking), std::string_view(uri));
    };
    const Booking* last = nullptr;
    const std::pair<const std::string, Booking>* best = nullptr;
    for (const auto& entry : ledger.bookings) {
        if (entry.second.state == BookingState::rescheduled) continue;
        if (best && rank(*best) >= rank(entry)) continue;
        best = &entry;
        last = &entry.second;
    }
    return last;
}

// The map is ordered by URI, so the smaller URI wins among equal starts.
const Booking* find_soonest(const Ledger& ledger, Timestamp change) {
    const Booking* soonest = nullptr;
    for (const auto& [uri, booking] : ledger.bookings)
        if (is_booked_after(booking, change) && (!soonest || start_of(booking) < start_of(*soonest)))
            soonest = &booking;
    return soonest;
}

// What a person said of themselves when booking, or in a routing form.
using calendly::Invitee;

Invitee as_invitee(const calendly::RoutingFormSubmission& form) {
    Invitee invitee;
    invitee.uri = form.uri;
    invitee.answers = form.answers;
    invitee.tracking = form.tracking;
    invitee.created_at = form.created_at;
    return invitee;
}

std::vector<Invitee> newest_first(const Ledger& ledger) {
    std::vector<Invitee> all;
    for (const auto& [uri, booking] : ledger.bookings) all.push_back(booking.invitee);
    for (const auto& [uri, form] : ledger.forms) all.push_back(as_invitee(form));
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        return std::tie(a.created_at, a.uri) > std::tie(b.created_at, b.uri);
    });
    return all;
}

template <typename Read>
FieldValue newest(const Ledger& ledger, Read read) {
    for (const auto& invitee : newest_first(ledger))
        if (auto text = read(invitee); !text.empty()) return text_value(text);
    return {};
}

std::string first_name(const Invitee& invitee) {
    return invitee.first_name.empty() ? split_name(invitee.name).first : invitee.first_name;
}

std::string last_name(const Invitee& invitee) {
    return invitee.last_name.empty() ? split_name(invitee.name).second : invitee.last_name;
}

std::string full_name(const Invitee& invitee) {
    if (!invitee.name.empty()) return invitee.name;
    return std::string(trim(invitee.first_name + " " + invitee.last_name));
}

std::string tracking_value(const Invitee& invitee, std::string_view name) {
    for (const auto& [key, value] : invitee.tracking)
        if (key == name) return value;
    return {};
}

// Of the described booking.
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

// The newest that is not empty.
using PersonalField = std::string (*)(const Invitee&);
const std::map<std::string_view, PersonalField> personal_fields = {
    {"name", full_name},
    {"first_name", first_name},
    {"last_name", last_name},
    {"timezone", [](const Invitee& i) { return i.timezone; }},
    {"text_reminder_number", [](const Invitee& i) { return i.text_reminder_number; }},
    {"cancel_reason", [](const Invitee& i) { return i.cancellation.value_or(Cancellation{}).reason; }},
    {"canceler_type", [](const Invitee& i) { return i.cancellation.value_or(Cancellation{}).canceler_type; }},
    {"utm_campaign", [](const Invitee& i) { return tracking_value(i, "utm_campaign"); }},
    {"utm_source", [](const Invitee& i) { return tracking_value(i, "utm_source"); }},
    {"utm_medium", [](const Invitee& i) { return tracking_value(i, "utm_medium"); }},
    {"utm_content", [](const Invitee& i) { return tracking_value(i, "utm_content"); }},
    {"utm_term", [](const Invitee& i) { return tracking_value(i, "utm_term"); }},
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

}  // namespace

const Booking* find_described(const Ledger& ledger) {
    const auto* last = find_last_changed(ledger);
    if (!last || last->state == BookingState::booked) return last;
    const auto* soonest = find_soonest(ledger, last->changed_at);
    return soonest ? soonest : last;
}

bool has_other_active(const Ledger& ledger, std::string_view invitee_uri, Timestamp change) {
    return std::any_of(ledger.bookings.begin(), ledger.bookings.end(), [&](const auto& entry) {
        return entry.first != invitee_uri && is_booked_after(entry.second, change);
    });
}

std::string_view status_of(const Booking* described) {
    if (!described || described->state == BookingState::canceled) return "cancelled";
    return described->state == BookingState::no_show ? "no_show" : "booked";
}

FieldValue field_value(const Ledger& ledger, const Booking* described, std::string_view source) {
    if (source == "status") return ledger.bookings.empty() ? FieldValue{} : text_value(status_of(described));
    if (const auto counter = counters.find(source); counter != counters.end())
        return count(ledger, counter->second);
    if (const auto field = described_fields.find(source); field != described_fields.end())
        return described ? field->second(*described) : FieldValue{};
    return newest(ledger, personal_fields.at(source));
}

FieldValue answer_value(const Ledger& ledger, std::string_view key) {
    return newest(ledger, [&](const Invitee& invitee) { return find_answer(invitee.answers, key); });
}

}  // namespace syncing
