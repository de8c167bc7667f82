// From a delivery to what it tells, its links followed: the scheduled event, the no-show, the other half of a
// reschedule, the event type.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "rules/sighting.hpp"
#include "sync/calendly_lookup.hpp"

namespace syncing {

class Links {
public:
    explicit Links(CalendlyLookup& lookup) : lookup_(lookup) {}

    // What the delivery of one of the four invitee events tells, in the order in which it happened. After a
    // reschedule to another e-mail some of it is about another person. Answers that were asked for before the
    // delivery was `received` are not used. A failure is final: the entry can never be used. Throws
    // Interrupted.
    boost::asio::awaitable<api::Answer<rules::Sightings>> follow(calendly::Delivery delivery,
                                                                 CalendlyLookup::Since received,
                                                                 const rules::Ledger& ledger);

private:
    // One delivery on its way: what it tells so far.
    struct Trail {
        const calendly::Delivery& delivery;
        const rules::Ledger& ledger;
        CalendlyLookup::Since received;
        rules::Sighting base;  // invitee and event as they are, no change yet
        rules::Sightings sightings;
    };

    boost::asio::awaitable<api::Answer<rules::Sighting>> base_of(
        calendly::Invitee invitee, std::optional<calendly::ScheduledEvent> embedded,
        CalendlyLookup::Since received);
    boost::asio::awaitable<void> add_own_change(Trail& trail);
    boost::asio::awaitable<void> add_no_show(Trail& trail);
    boost::asio::awaitable<void> add_undone(Trail& trail);
    boost::asio::awaitable<void> add_new_half(Trail& trail, rules::Sighting old_half);
    boost::asio::awaitable<void> add_old_half(Trail& trail, rules::Sighting new_half);
    boost::asio::awaitable<void> add_further_changes(Trail& trail, rules::Sighting shown);
    boost::asio::awaitable<void> settle_disagreement(Trail& trail);

    CalendlyLookup& lookup_;
};

}  // namespace syncing
