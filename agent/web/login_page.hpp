// What a browser shows that comes back from Calendly. Nothing of its address stands in it.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "http/message.hpp"

namespace web {

// The path of the page on the admin address; nginx brings the browser there.
inline constexpr auto login_path = "/calendly/oauth/callback";

enum class Handover {
    taken,    // by the login that waits for it
    unknown,  // no login waits for it
    failed,   // it cannot be handed over now
};

http::Response login_page(Handover handover);

// Brings the address's query to the login whose `state` is in it.
using LoginCallback = std::function<boost::asio::awaitable<Handover>(std::string state, std::string query)>;

}  // namespace web
