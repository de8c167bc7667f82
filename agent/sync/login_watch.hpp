// Watches over the login of a connector while no booking comes: it is renewed in time, one that is lost parks
// the connector at once, and a new one is noticed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <spdlog/logger.h>
#include <boost/asio/awaitable.hpp>

#include "api/retry.hpp"
#include "calendly/login_state.hpp"

namespace syncing {

// Renews when it is time. A failure says why no call can be made.
using CheckLogin = std::function<boost::asio::awaitable<api::Answer<calendly::LoginState>>()>;

class LoginWatch {
public:
    // `calendly`: how that API is. `check` may be empty: there is no login.
    LoginWatch(CheckLogin check, api::Retry& retry, api::ApiState& calendly, net::Interruption& interruption,
               std::chrono::milliseconds interval, std::shared_ptr<spdlog::logger> log);

    // Until the agent stops.
    boost::asio::awaitable<void> run();

    // For health: also the scopes that calls were refused for want of. "" when all is well.
    std::string problem() const;

private:
    boost::asio::awaitable<void> look();
    void note(calendly::LoginState state);

    CheckLogin check_;
    api::Retry& retry_;
    api::ApiState& calendly_;
    net::Interruption& interruption_;
    std::chrono::milliseconds interval_;
    std::shared_ptr<spdlog::logger> log_;
    calendly::LoginState state_;
};

}  // namespace syncing
