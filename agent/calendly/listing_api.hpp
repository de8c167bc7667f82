// The calls of the Calendly API that list what there is, a page of 100 at a time.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "calendly/link.hpp"
#include "calendly/listing_types.hpp"

namespace calendly {

// `page_token`: "" for the first page. 403: an organization's things are for its owner and its admins.
class ListingApi {
public:
    virtual ~ListingApi() = default;

    // By their start, the earliest first.
    virtual boost::asio::awaitable<api::Answer<ListPage<ListedEvent>>> events(EventFilter filter,
                                                                              std::string page_token) = 0;
    virtual boost::asio::awaitable<api::Answer<ListPage<ListedInvitee>>> invitees(Link event,
                                                                                  std::string page_token) = 0;
    // `is_active`: only those that are, or that are not.
    virtual boost::asio::awaitable<api::Answer<ListPage<ListedEventType>>> event_types(
        Owner owner, std::optional<bool> is_active, std::string page_token) = 0;

    virtual boost::asio::awaitable<api::Answer<ListedEvent>> event(Link link) = 0;
    virtual boost::asio::awaitable<api::Answer<ListedInvitee>> invitee(Link link) = 0;

    // A booking page that serves for one booking. Every call makes another one.
    virtual boost::asio::awaitable<api::Answer<SchedulingLink>> create_link(std::string event_type_uri) = 0;

    // scheme://host[:port]: links may also be written with it.
    virtual std::string origin() const = 0;
};

}  // namespace calendly
