// What systemd is told about the agent. Without effect when systemd does not ask for it.
#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace app {

class Systemd {
public:
    explicit Systemd(boost::asio::any_io_executor executor) : next_sign_(std::move(executor)) {}

    void say_ready();
    void say_reloading();  // until say_ready()
    void say_stopping();
    void say_status(const std::string& line);  // what systemctl status shows

    // Gives a sign of life twice in the interval after which systemd would end the agent; returns when
    // stop_watchdog() is called, or at once when there is no watchdog.
    boost::asio::awaitable<void> feed_watchdog();
    void stop_watchdog() { next_sign_.cancel(); }

private:
    boost::asio::steady_timer next_sign_;
};

}  // namespace app
