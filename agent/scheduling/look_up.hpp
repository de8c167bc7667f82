// Finds a booking of ours at Calendly whose answer was lost.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "calendly/account_api.hpp"
#include "calendly/listing_api.hpp"
#include "calendly/scheduling_types.hpp"

namespace scheduling {

class LookUp {
public:
    LookUp(calendly::AccountApi& account, calendly::ListingApi& listing)
        : account_(account), listing_(listing) {}

    // The invitee with this token, by e-mail, event type and start; nothing when there is none now.
    boost::asio::awaitable<api::Answer<std::optional<calendly::Invitee>>> find(calendly::NewBooking booking,
                                                                               std::string token);

private:
    using Found = std::optional<calendly::Invitee>;

    boost::asio::awaitable<api::Answer<calendly::Owner>> owner();
    boost::asio::awaitable<api::Answer<Found>> find_in(calendly::ListedEvent event, std::string token);

    calendly::AccountApi& account_;
    calendly::ListingApi& listing_;
    std::optional<calendly::Owner> owner_;  // whose events we may see
};

}  // namespace scheduling
