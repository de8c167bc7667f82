// The calls of Calendly's OAuth server.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "calendly/oauth.hpp"

namespace calendly {

// The remedy `park` of a failure: the server refuses the grant or the app, a person must act. `retry`: nobody
// knows whether it did what was asked.
class TokenServer {
public:
    virtual ~TokenServer() = default;

    virtual boost::asio::awaitable<api::Answer<Tokens>> redeem(Pkce pkce, std::string code) = 0;
    virtual boost::asio::awaitable<api::Answer<Tokens>> refresh(std::string refresh_token) = 0;
    virtual boost::asio::awaitable<api::Answer<bool>> revoke(std::string token) = 0;
};

}  // namespace calendly
