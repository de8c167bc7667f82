#include "net/interruption.hpp"

#include "net/deadline.hpp"

namespace net {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto grid = 100ms;
constexpr auto shortest_on_grid = 2s;

}  // namespace

Clock::time_point end_of_sleep(Clock::time_point now, std::chrono::milliseconds duration) {
    const auto end = now + duration;
    if (duration < shortest_on_grid) return end;
    const auto beyond = end.time_since_epoch() % grid;
    return beyond.count() == 0 ? end : end + (grid - beyond);
}

void Interruption::request() {
    is_requested_ = true;
    for (auto* timer : sleeping_) timer->cancel();
}

boost::asio::awaitable<bool> Interruption::try_sleep(std::chrono::milliseconds duration) {
    return try_sleep_until(end_of_sleep(Clock::now(), duration));
}

boost::asio::awaitable<bool> Interruption::try_sleep_until(std::chrono::steady_clock::time_point end) {
    boost::asio::steady_timer timer(executor_, end);
    const bool is_over = co_await try_wait(timer);
    co_return is_over;
}

boost::asio::awaitable<bool> Interruption::try_wait(boost::asio::steady_timer& timer) {
    if (is_requested_) co_return false;
    sleeping_.insert(&timer);
    co_await timer.async_wait(as_result);
    sleeping_.erase(&timer);
    co_return !is_requested_;
}

boost::asio::awaitable<void> Interruption::sleep_until(std::chrono::steady_clock::time_point end) {
    const bool is_over = co_await try_sleep_until(end);
    if (!is_over) throw Interrupted();
}

boost::asio::awaitable<void> Interruption::sleep(std::chrono::milliseconds duration) {
    return sleep_until(end_of_sleep(Clock::now(), duration));
}

}  // namespace net
