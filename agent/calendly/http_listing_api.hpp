// The listings over HTTP. https://developer.calendly.com/api-docs/
#pragma once

#include <memory>
#include <string>

#include <boost/json/value.hpp>

#include "api/api_client.hpp"
#include "calendly/http_api.hpp"
#include "calendly/listing_api.hpp"

namespace calendly {

class HttpListingApi final : public ListingApi {
public:
    // `service`: whether somebody waits for the answers, or they are looked up by the thousand.
    HttpListingApi(boost::asio::any_io_executor executor, ApiSettings settings,
                   std::shared_ptr<api::Budget> budget, net::Interruption& interruption,
                   api::ServiceClass service);

    boost::asio::awaitable<api::Answer<ListPage<ListedEvent>>> events(EventFilter filter,
                                                                      std::string page_token) override;
    boost::asio::awaitable<api::Answer<ListPage<ListedInvitee>>> invitees(Link event,
                                                                          std::string page_token) override;
    boost::asio::awaitable<api::Answer<ListPage<ListedEventType>>> event_types(
        Owner owner, std::optional<bool> is_active, std::string page_token) override;
    boost::asio::awaitable<api::Answer<ListedEvent>> event(Link link) override;
    boost::asio::awaitable<api::Answer<ListedInvitee>> invitee(Link link) override;
    boost::asio::awaitable<api::Answer<SchedulingLink>> create_link(std::string event_type_uri) override;
    std::string origin() const override { return origin_; }

private:
    template <typename Item>
    using Parse = Item (*)(boost::json::value);

    // `query` without the page; "" or "name=value&...".
    template <typename Item>
    boost::asio::awaitable<api::Answer<ListPage<Item>>> page(api::Operation operation, std::string path,
                                                             std::string query, std::string page_token,
                                                             Parse<Item> parse);
    template <typename Item>
    boost::asio::awaitable<api::Answer<Item>> resource(api::ApiCall call, Parse<Item> parse);

    std::string origin_;
    api::ApiClient client_;
    std::shared_ptr<api::Budget> budget_;
    api::ServiceClass service_;
};

}  // namespace calendly
