// Booking over HTTP. https://developer.calendly.com/api-docs/
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/api_client.hpp"
#include "calendly/http_api.hpp"
#include "calendly/scheduling_api.hpp"

namespace calendly {

class HttpSchedulingApi final : public SchedulingApi {
public:
    HttpSchedulingApi(boost::asio::any_io_executor executor, ApiSettings settings,
                      std::shared_ptr<api::Budget> budget, net::Interruption& interruption);

    boost::asio::awaitable<api::Answer<BookableType>> bookable_type(std::string id) override;
    boost::asio::awaitable<api::Answer<std::string>> email_of(std::string owner_uri) override;
    boost::asio::awaitable<api::Answer<std::vector<OfferedTime>>> available_times(std::string event_type_uri,
                                                                                  Timestamp from,
                                                                                  Timestamp to) override;
    boost::asio::awaitable<api::Answer<Invitee>> book(NewBooking booking, http::Guard guard) override;
    boost::asio::awaitable<api::Answer<bool>> cancel_event(std::string event_id, std::string reason) override;

private:
    boost::asio::awaitable<api::Answer<http::Response>> ask(api::ApiCall call);

    boost::asio::any_io_executor executor_;
    api::ApiClient client_;
    std::shared_ptr<api::Budget> budget_;
};

}  // namespace calendly
