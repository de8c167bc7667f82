// A rate limit, evenly paced: the generic cell rate algorithm with a burst of one.
#pragma once

#include <chrono>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "http/interruption.hpp"

namespace http {

// n requests per period; n = 0 means no limit.
struct RateLimit {
    double requests = 0;
    std::chrono::seconds period{1};
    bool operator==(const RateLimit&) const = default;
};

// The rule, without a clock: hands out the times at which requests may start.
class Schedule {
public:
    using Time = std::chrono::steady_clock::time_point;

    // Uses 97 % of the limit, so that clocks which differ a little cause no 429.
    explicit Schedule(RateLimit limit) noexcept;

    // Reserves the next slot, which is `now` or later.
    Time reserve(Time now) noexcept;

    // No slot before `until`, also none of those that were reserved: the API answered 429.
    void pause(Time until) noexcept;

    // Whether a reserved slot must not be used now.
    bool is_paused(Time now) const noexcept { return now < paused_until_; }

private:
    std::chrono::nanoseconds interval_;
    Time next_{};
    Time paused_until_{};
};

// The rule on Asio's clock.
class Pacer {
public:
    Pacer(boost::asio::any_io_executor executor, RateLimit limit);

    // Until the next slot. Throws Interrupted when the agent stops and the slot is not near.
    boost::asio::awaitable<void> wait(Interruption& interruption);
    void pause(std::chrono::milliseconds duration) noexcept;

private:
    boost::asio::any_io_executor executor_;
    Schedule schedule_;
};

}  // namespace http
