// What an invitee, as the API's listings show it, tells that the ledger does not know: the deliveries that
// there should have been. No I/O, no clock.
#pragma once

#include <string>
#include <vector>

#include "calendly/listing_types.hpp"
#include "rules/ledger.hpp"

namespace rules {

// A change that would have been a delivery.
struct MissedChange {
    std::string id;              // of the change, as ledgers have it among what is done
    std::string delivery_id;     // see delivery_id()
    std::string event;           // as Calendly names it: "invitee.created"
    std::string invitee;         // URI
    Timestamp at;                // when it happened; of an undone no-show: when that was seen
    Timestamp not_before;        // it happened then or later
    bool tells_its_time = true;  // false: it may have happened any time since
    std::string body;            // JSON: the envelope that Calendly would have sent
};

// In the order in which they happened. What the invitee showed only later is not in a body: a booking that
// was canceled is told as it was booked, and then as canceled. `created_by`: URI of the user whose
// subscription it would have been; `now`: when the API showed this.
std::vector<MissedChange> missed_changes(const calendly::ListedInvitee& invitee,
                                         const calendly::ListedEvent& event, const Ledger& ledger,
                                         const std::string& created_by, Timestamp now);

// Whether the ledger has learned of it since.
bool is_known(const MissedChange& change, const Ledger& ledger);

// URIs of the invitees before and after this one, of a booking that was moved, whose part in that the ledger
// does not know. They may be of meetings that nobody looks at.
std::vector<std::string> unknown_halves(const calendly::Invitee& invitee, const Ledger& ledger);

// The same for a delivery on its way and for a missed change that it would tell of; "" for a delivery that
// tells of no invitee. Unlike a change id it can be told by the delivery alone.
std::string delivery_id(const calendly::Delivery& delivery);

}  // namespace rules
