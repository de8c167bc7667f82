#include "app/systemd.hpp"

#include <chrono>

#include <systemd/sd-daemon.h>

#include "net/deadline.hpp"
#include "text/text.hpp"

namespace app {

void Systemd::say_ready() {
    ::sd_notify(0, "READY=1");
}

void Systemd::say_reloading() {
    ::sd_notify(0, "RELOADING=1");
}

void Systemd::say_stopping() {
    ::sd_notify(0, "STOPPING=1");
}

void Systemd::say_status(const std::string& line) {
    ::sd_notify(0, ("STATUS=" + text::one_line(line)).c_str());
}

boost::asio::awaitable<void> Systemd::feed_watchdog() {
    std::uint64_t interval_us = 0;
    if (::sd_watchdog_enabled(0, &interval_us) <= 0) co_return;
    while (true) {
        ::sd_notify(0, "WATCHDOG=1");
        next_sign_.expires_after(std::chrono::microseconds(interval_us / 2));
        const auto [error] = co_await next_sign_.async_wait(net::as_result);
        if (error) co_return;
    }
}

}  // namespace app
