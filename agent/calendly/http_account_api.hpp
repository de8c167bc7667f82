// The account's calls over HTTP. https://developer.calendly.com/api-docs/
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "api/api_client.hpp"
#include "calendly/account_api.hpp"
#include "calendly/http_api.hpp"

namespace calendly {

class HttpAccountApi final : public AccountApi {
public:
    HttpAccountApi(boost::asio::any_io_executor executor, ApiSettings settings,
                   std::shared_ptr<api::Budget> budget, net::Interruption& interruption,
                   api::ServiceClass service = api::ServiceClass::webhook);

    boost::asio::awaitable<api::Answer<User>> me() override;
    boost::asio::awaitable<api::Answer<Role>> role(User user) override;
    boost::asio::awaitable<api::Answer<std::vector<Subscription>>> subscriptions(std::string organization,
                                                                                 Scope scope,
                                                                                 std::string user) override;
    boost::asio::awaitable<api::Answer<Subscription>> subscribe(NewSubscription subscription) override;
    boost::asio::awaitable<api::Answer<bool>> unsubscribe(std::string uri) override;

private:
    boost::asio::awaitable<api::Answer<http::Response>> ask(api::ApiCall call);
    // Every page of a listing, each item parsed.
    template <typename Item>
    boost::asio::awaitable<api::Answer<std::vector<Item>>> list(api::Operation operation, std::string target,
                                                                Item (*parse)(const boost::json::value&));

    api::ApiClient client_;
    std::shared_ptr<api::Budget> budget_;
    api::ServiceClass service_;
};

}  // namespace calendly
