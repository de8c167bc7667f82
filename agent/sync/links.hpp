// Follows a delivery's links: rules/trail.hpp says which, calendly_lookup.hpp asks Calendly.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "rules/trail.hpp"
#include "sync/calendly_lookup.hpp"

namespace syncing {

class Links {
public:
    Links(CalendlyLookup& lookup, rules::FollowLinks follow_links, std::string api_origin)
        : lookup_(lookup), follow_links_(follow_links), api_origin_(std::move(api_origin)) {}

    // What the delivery of one of the four invitee events tells, in the order in which it happened. After a
    // reschedule to another e-mail some of it is about another person. Answers that were asked for before the
    // delivery was `received` are not used. `is_read_from_api`: what a producer of history told was asked for
    // already. `steps` gets what was asked, however it ends. A failure is final: the entry can never be used.
    // Throws Interrupted.
    boost::asio::awaitable<api::Answer<rules::Sightings>> follow(calendly::Delivery delivery,
                                                                 rules::Trail::Moment received,
                                                                 bool is_read_from_api,
                                                                 const rules::Ledger& ledger,
                                                                 rules::Steps& steps);

private:
    CalendlyLookup& lookup_;
    rules::FollowLinks follow_links_;
    std::string api_origin_;
};

}  // namespace syncing
