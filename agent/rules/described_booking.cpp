#include "rules/described_booking.hpp"

#include <algorithm>
#include <tuple>

namespace rules {
namespace {

using Entry = std::pair<const std::string, Booking>;  // invitee URI, booking

Timestamp start_of(const Booking& booking) {
    return booking.event.start_time.value_or(Timestamp{});
}

bool is_booked_after(const Booking& booking, Timestamp change) {
    return booking.state == BookingState::booked && start_of(booking) > change;
}

// Of bookings that changed at the same time the one in the higher state describes the contact: what is still
// to come says more of the person than what is over.
int precedence(BookingState state) {
    switch (state) {
        case BookingState::booked:
            return 3;
        case BookingState::no_show:
            return 2;
        case BookingState::canceled:
            return 1;
        case BookingState::rescheduled:
            break;
    }
    return 0;
}

// The greatest describes the contact.
auto rank(const Entry& entry) {
    const auto& [uri, booking] = entry;
    return std::tuple(booking.state != BookingState::rescheduled, booking.changed_at,
                      precedence(booking.state), start_of(booking), std::string_view(uri));
}

std::vector<const Entry*> last_changed_first(const Ledger& ledger) {
    std::vector<const Entry*> entries;
    entries.reserve(ledger.bookings.size());
    for (const auto& entry : ledger.bookings) entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(),
              [](const auto* a, const auto* b) { return rank(*a) > rank(*b); });
    return entries;
}

// The smaller URI among equal starts.
bool is_sooner(const Entry* a, const Entry* b) {
    return std::tuple(start_of(a->second), std::string_view(a->first)) <
           std::tuple(start_of(b->second), std::string_view(b->first));
}

// If the booking that changed last is canceled or a no-show, the soonest booking that starts after that
// change comes before it.
void prefer_soonest(std::vector<const Entry*>& entries) {
    const Booking& last = entries.front()->second;
    if (last.state != BookingState::canceled && last.state != BookingState::no_show) return;
    auto soonest = entries.end();
    for (auto it = entries.begin(); it != entries.end(); ++it)
        if (is_booked_after((*it)->second, last.changed_at) &&
            (soonest == entries.end() || is_sooner(*it, *soonest)))
            soonest = it;
    if (soonest != entries.end()) std::rotate(entries.begin(), soonest, soonest + 1);
}

}  // namespace

std::vector<const Booking*> in_describing_order(const Ledger& ledger) {
    auto entries = last_changed_first(ledger);
    if (!entries.empty()) prefer_soonest(entries);
    std::vector<const Booking*> bookings;
    bookings.reserve(entries.size());
    for (const auto* entry : entries) bookings.push_back(&entry->second);
    return bookings;
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

}  // namespace rules
