// The calls of the Calendly API by which somebody books.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "calendly/scheduling_types.hpp"
#include "http/guard.hpp"

namespace calendly {

class SchedulingApi {
public:
    virtual ~SchedulingApi() = default;

    virtual boost::asio::awaitable<api::Answer<BookableType>> bookable_type(std::string id) = 0;
    // E-mail address of the user whose event types they are; "" of a team's.
    virtual boost::asio::awaitable<api::Answer<std::string>> email_of(std::string owner_uri) = 0;
    // Between the two, which are 31 days apart at most; `from` lies in the future.
    virtual boost::asio::awaitable<api::Answer<std::vector<OfferedTime>>> available_times(
        std::string event_type_uri, Timestamp from, Timestamp to) = 0;
    // Sent once: after a failure without a status it may have been made. `guard` is asked last of all.
    virtual boost::asio::awaitable<api::Answer<Invitee>> book(NewBooking booking, http::Guard guard) = 0;
    // The whole event, whoever comes to it. True: it is canceled now; false: it had been.
    virtual boost::asio::awaitable<api::Answer<bool>> cancel_event(std::string event_id,
                                                                   std::string reason) = 0;
};

}  // namespace calendly
