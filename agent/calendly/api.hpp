// The calls of the Calendly API that follow a webhook's links.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "api/api_client.hpp"
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

struct ApiSettings {
    http::Url url;
    std::string ca_file;
    std::string access_token;
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
    boost::asio::awaitable<api::Answer<Resource>> get(Link link,
                                                      Resource (*parse)(const boost::json::value&));

    std::string origin_;
    api::ApiClient client_;
    std::shared_ptr<api::Budget> budget_;
};

// 401 parks; 408, 425, 429 and 5xx are tried again; every other status is final.
api::Remedy remedy_of(unsigned status);

}  // namespace calendly
