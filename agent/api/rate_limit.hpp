// A rate limit, evenly paced: the generic cell rate algorithm with a burst of one.
#pragma once

#include <chrono>

namespace api {

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

    // Reserves the next slot, which is `now` or later; the one after it is `interval` later at least.
    Time reserve(Time now, std::chrono::nanoseconds interval) noexcept;

    // At least so long between two slots.
    std::chrono::nanoseconds interval() const noexcept { return interval_; }

private:
    std::chrono::nanoseconds interval_;
    Time next_{};
};

// What an API says about the rest of its present window.
struct Allowance {
    long remaining = 0;             // calls
    std::chrono::seconds reset{0};  // until the window ends, rounded up
};

// The least time between two calls that makes the allowance last until the reset, and until when that holds.
// Nothing to say (0) about the last second of a window, since the reset is rounded, and about a reset that no
// window has. At most a minute of silence: the next response tells again.
struct Spread {
    std::chrono::nanoseconds interval{0};
    std::chrono::nanoseconds lasts{0};
};
Spread spread(Allowance allowance) noexcept;

}  // namespace api
