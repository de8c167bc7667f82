// One thing to wait for what somebody else brings about: an answer under way, a lock, a turn, a change of
// state. For one thread; whoever waits must end before the event does.
#pragma once

#include <chrono>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/deadline.hpp"
#include "net/interruption.hpp"

namespace net {

class Event {
public:
    using Time = boost::asio::steady_timer::time_point;

    explicit Event(boost::asio::any_io_executor executor)
        : executor_(executor), timer_(std::move(executor), Time::max()) {}

    // Everybody who waits goes on, and nobody waits any more until clear().
    void set() {
        is_set_ = true;
        timer_.cancel();
    }
    void clear() noexcept { is_set_ = false; }
    bool is_set() const noexcept { return is_set_; }

    // Everybody who waits looks again whether what they wait for has come; later ones wait.
    void notify() { timer_.cancel(); }

    // Until set() or the next notify().
    boost::asio::awaitable<void> wait() {
        if (!is_set_) co_await timer_.async_wait(as_result);
    }

    // Likewise, but no longer than until then. Gives is_set().
    boost::asio::awaitable<bool> wait_until(Time end) {
        boost::asio::steady_timer limit(executor_, end);
        co_await within(limit, wait_once());
        co_return is_set_;
    }

private:
    boost::asio::awaitable<bool> wait_once() {
        co_await wait();
        co_return true;
    }

    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer timer_;
    bool is_set_ = false;
};

}  // namespace net
