#include "sync/backlog_watch.hpp"

#include <exception>

namespace syncing {

// Whatever goes wrong: those who work on the entries meet the same and say so, and the next look may succeed.
boost::asio::awaitable<void> BacklogWatch::run() {
    for (bool goes_on = true; goes_on;) {
        try {
            seen_ = co_await gauge_.look();
        } catch (const net::Interrupted&) {
            co_return;
        } catch (const std::exception&) {
            goes_on = !interruption_.is_requested();
        }
        if (!goes_on) co_return;
        goes_on = co_await interruption_.try_sleep_until(std::chrono::steady_clock::now() + interval_);
    }
}

}  // namespace syncing
