// One thing to wait for what somebody else brings about: an answer under way, a lock, a turn, a change of
// state. For one thread; whoever waits must end before the event does.
#pragma once

#include <chrono>
#include <list>

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
        notify();
    }
    void clear() noexcept { is_set_ = false; }
    bool is_set() const noexcept { return is_set_; }

    // Everybody who waits looks again whether what they wait for has come; later ones wait.
    void notify() {
        timer_.cancel();
        for (auto* timer : limited_) timer->cancel();
    }

    // Until set() or the next notify().
    boost::asio::awaitable<void> wait() {
        if (!is_set_) co_await timer_.async_wait(as_result);
    }

    // Likewise, but until `end` at the latest.
    boost::asio::awaitable<void> wait_until(Time end) {
        if (is_set_) co_return;
        boost::asio::steady_timer timer(executor_, end);
        const auto place = limited_.insert(limited_.end(), &timer);
        co_await timer.async_wait(as_result);
        limited_.erase(place);
    }

    // As well. False when the agent stops before or meanwhile.
    boost::asio::awaitable<bool> wait_until(Time end, Interruption& interruption) {
        if (is_set_) co_return !interruption.is_requested();
        boost::asio::steady_timer timer(executor_, end);
        const auto place = limited_.insert(limited_.end(), &timer);
        const bool goes_on = co_await interruption.try_wait(timer);
        limited_.erase(place);
        co_return goes_on;
    }

private:
    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer timer_;
    std::list<boost::asio::steady_timer*> limited_;  // of those who wait until a time; the first came first
    bool is_set_ = false;
};

}  // namespace net
