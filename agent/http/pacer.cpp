#include "http/pacer.hpp"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace http {
namespace {

constexpr double share_used = 0.97;
constexpr std::chrono::seconds nearness{5};  // what is begun is finished when the agent stops

}  // namespace

Schedule::Schedule(RateLimit limit) noexcept : interval_(0) {
    if (limit.requests <= 0) return;
    const std::chrono::duration<double> interval = limit.period / (limit.requests * share_used);
    interval_ = std::chrono::duration_cast<std::chrono::nanoseconds>(interval);
}

Schedule::Time Schedule::reserve(Time now) noexcept {
    const Time slot = std::max(now, next_);
    next_ = slot + interval_;
    return slot;
}

void Schedule::pause(Time until) noexcept {
    next_ = std::max(next_, until);
    paused_until_ = std::max(paused_until_, until);
}

Pacer::Pacer(boost::asio::any_io_executor executor, RateLimit limit)
    : executor_(std::move(executor)), schedule_(limit) {}

boost::asio::awaitable<void> Pacer::wait(Interruption& interruption) {
    using Clock = std::chrono::steady_clock;
    auto slot = schedule_.reserve(Clock::now());
    while (slot > Clock::now()) {
        const bool is_over = co_await interruption.try_sleep_until(slot);
        if (!is_over) {
            if (slot - Clock::now() > nearness) throw Interrupted();
            boost::asio::steady_timer timer(executor_, slot);
            co_await timer.async_wait(boost::asio::use_awaitable);
        }
        if (schedule_.is_paused(Clock::now())) slot = schedule_.reserve(Clock::now());
    }
}

void Pacer::pause(std::chrono::milliseconds duration) noexcept {
    schedule_.pause(std::chrono::steady_clock::now() + duration);
}

}  // namespace http
