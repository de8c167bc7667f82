#include "api/rate_limit.hpp"

#include <algorithm>

namespace api {
namespace {

constexpr double share_used = 0.97;
constexpr std::chrono::seconds longest_window{3600};
constexpr std::chrono::nanoseconds longest_silence = std::chrono::seconds(60);  // resets have been seen huge

}  // namespace

Schedule::Schedule(RateLimit limit) noexcept : interval_(0) {
    if (limit.requests <= 0) return;
    const std::chrono::duration<double> interval = limit.period / (limit.requests * share_used);
    interval_ = std::chrono::duration_cast<std::chrono::nanoseconds>(interval);
}

Schedule::Time Schedule::reserve(Time now, std::chrono::nanoseconds interval) noexcept {
    const Time slot = std::max(now, next_);
    next_ = slot + std::max(interval, interval_);
    return slot;
}

Spread spread(Allowance allowance) noexcept {
    const auto lasts = allowance.reset - std::chrono::seconds(1);
    if (lasts <= std::chrono::seconds(0) || allowance.reset > longest_window) return {};
    const auto calls = std::max(allowance.remaining, 1L);
    const std::chrono::nanoseconds interval = std::chrono::nanoseconds(lasts) / calls;
    if (interval > longest_silence) return {longest_silence, longest_silence};
    return {interval, lasts};
}

}  // namespace api
