// One HTTP request on a connection of its own, as Calendly delivers a webhook.
#pragma once

#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>

#include "http/server.hpp"

namespace sandbox {

namespace asio = boost::asio;

struct OneShotLimits {
    std::chrono::milliseconds connect{10'000};  // TCP and TLS; looking up the name is not bounded
    std::chrono::milliseconds read{15'000};     // from the request's first byte to the answer's last
};

struct OneShotResult {
    http::Server::Response response;
    std::string error;  // empty when there is a response
};

// http:// or https://; for the latter `tls` says whom to trust, and the host's name is verified.
// Host and Connection: close are set here; redirects are not followed.
asio::awaitable<OneShotResult> send_once(std::string url, http::Server::Request request,
                                         asio::ssl::context& tls, OneShotLimits limits);

}  // namespace sandbox
