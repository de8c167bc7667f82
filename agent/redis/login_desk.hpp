// Where a running agent leaves what a browser brought back from Calendly for the login that waits for it.
//   calendly:{<connector>}:oauth_login:<hash of its state>   "waits", or the query, sealed; expires
// The state, which only the login and that browser know, is the key of the seal: nobody who reads Redis can
// read the code.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "redis/client.hpp"

namespace redis {

inline constexpr std::chrono::minutes login_lasts{10};  // as Calendly's codes do

// All throw Error.
class LoginDesk {
public:
    LoginDesk(Client& client, std::string connector) : client_(client), connector_(std::move(connector)) {}

    // A login waits from now on. `state`: 32 bytes as base64url.
    boost::asio::awaitable<void> announce(std::string state);
    // What was handed over; nothing while there is nothing.
    boost::asio::awaitable<std::optional<std::string>> take(std::string state);

    // False when no login with this state waits, or one has its answer already. Any text may be a state.
    boost::asio::awaitable<bool> hand_over(std::string state, std::string query);

private:
    std::string key_of(const std::string& state) const;

    Client& client_;
    std::string connector_;
};

}  // namespace redis
