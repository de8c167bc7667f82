// The calls of the Calendly API that follow a webhook's links.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "calendly/link.hpp"
#include "calendly/types.hpp"

namespace calendly {

class Api {
public:
    virtual ~Api() = default;

    // A failure's status tells 403 (not allowed to see it) and 404 (no such thing) apart from trouble.
    virtual boost::asio::awaitable<api::Answer<ScheduledEvent>> scheduled_event(Link link) = 0;
    virtual boost::asio::awaitable<api::Answer<Invitee>> invitee(Link link) = 0;
    virtual boost::asio::awaitable<api::Answer<NoShow>> no_show(Link link) = 0;
    virtual boost::asio::awaitable<api::Answer<EventType>> event_type(Link link) = 0;

    // scheme://host[:port]: links may also be written with it.
    virtual std::string origin() const = 0;
};

}  // namespace calendly
