// Calendly's OAuth server over HTTP. https://developer.calendly.com/authentication
#pragma once

#include <string>

#include "calendly/token_server.hpp"
#include "http/client.hpp"

namespace calendly {

class HttpTokenServer final : public TokenServer {
public:
    // `auth_url`: https://auth.calendly.com.
    HttpTokenServer(boost::asio::any_io_executor executor, http::Url auth_url, std::string ca_file,
                    OAuthApp app);

    boost::asio::awaitable<api::Answer<Tokens>> redeem(Pkce pkce, std::string code) override;
    boost::asio::awaitable<api::Answer<Tokens>> refresh(std::string refresh_token) override;
    boost::asio::awaitable<api::Answer<bool>> revoke(std::string token) override;

private:
    boost::asio::awaitable<api::Answer<Tokens>> tokens(TokenRequest request);
    boost::asio::awaitable<api::Answer<http::Response>> post(std::string target, TokenRequest request);

    OAuthApp app_;
    http::Client client_;
};

}  // namespace calendly
