// Waiting that ends when the agent stops.
#pragma once

#include <chrono>
#include <exception>
#include <set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace net {

// The agent stops: what waits for its next attempt is given up; its entry stays pending in Redis.
struct Interrupted : std::exception {
    const char* what() const noexcept override { return "interrupted: the agent stops"; }
};

// A sleep of two seconds or more ends up to a tenth of a second later, at the same moments for all: what
// wakes a thousand loops one by one keeps a processor busy.
std::chrono::steady_clock::time_point end_of_sleep(std::chrono::steady_clock::time_point now,
                                                   std::chrono::milliseconds duration);

class Interruption {
public:
    explicit Interruption(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    boost::asio::any_io_executor executor() const { return executor_; }
    bool is_requested() const noexcept { return is_requested_; }

    // Ends every sleep.
    void request();

    // Throws Interrupted when the agent stops before or meanwhile.
    boost::asio::awaitable<void> sleep(std::chrono::milliseconds duration);
    boost::asio::awaitable<void> sleep_until(std::chrono::steady_clock::time_point end);

    // False when the agent stops before or meanwhile.
    boost::asio::awaitable<bool> try_wait(boost::asio::steady_timer& timer);
    boost::asio::awaitable<bool> try_sleep(std::chrono::milliseconds duration);
    boost::asio::awaitable<bool> try_sleep_until(std::chrono::steady_clock::time_point end);

private:
    boost::asio::any_io_executor executor_;
    std::set<boost::asio::steady_timer*> sleeping_;
    bool is_requested_ = false;
};

}  // namespace net
