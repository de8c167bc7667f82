// The calls of the Calendly API about the account: who we are, and webhook subscriptions.
#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "calendly/account_types.hpp"

namespace calendly {

class AccountApi {
public:
    virtual ~AccountApi() = default;

    virtual boost::asio::awaitable<api::Answer<User>> me() = 0;
    // What the user is in their organization.
    virtual boost::asio::awaitable<api::Answer<Role>> role(User user) = 0;

    // Every page. `user`: a URI, for scope user.
    virtual boost::asio::awaitable<api::Answer<std::vector<Subscription>>> subscriptions(
        std::string organization, Scope scope, std::string user) = 0;
    // 409: this user has one with this URL already.
    virtual boost::asio::awaitable<api::Answer<Subscription>> subscribe(NewSubscription subscription) = 0;
    // 404 counts as done: it is gone.
    virtual boost::asio::awaitable<api::Answer<bool>> unsubscribe(std::string uri) = 0;
};

}  // namespace calendly
