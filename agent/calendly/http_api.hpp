// The Calendly API over HTTP. https://developer.calendly.com/api-docs/
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/api_client.hpp"
#include "calendly/api.hpp"

namespace calendly {

// How all calls of Calendly's API are made and understood.
api::ApiDialect dialect();
// Of an answer of another shape than Calendly's. `call`: "GET /users/me".
api::ApiFailure unreadable_answer(std::string_view call, const http::Response& response,
                                  std::string_view why);

struct ApiSettings {
    http::Url url;
    std::string ca_file;
    std::shared_ptr<api::Credential> credential;
    std::shared_ptr<api::Traffic> traffic{};  // counts the calls; null: nobody does
};

class HttpApi final : public Api {
public:
    HttpApi(boost::asio::any_io_executor executor, ApiSettings settings, std::shared_ptr<api::Budget> budget,
            net::Interruption& interruption);

    boost::asio::awaitable<api::Answer<ScheduledEvent>> scheduled_event(Link link) override;
    boost::asio::awaitable<api::Answer<Invitee>> invitee(Link link) override;
    boost::asio::awaitable<api::Answer<NoShow>> no_show(Link link) override;
    boost::asio::awaitable<api::Answer<EventType>> event_type(Link link) override;
    std::string origin() const override { return origin_; }

private:
    template <typename Resource>
    boost::asio::awaitable<api::Answer<Resource>> get(api::Operation operation, Link link,
                                                      Resource (*parse)(const boost::json::value&));

    std::string origin_;
    api::ApiClient client_;
    std::shared_ptr<api::Budget> budget_;
};

}  // namespace calendly
