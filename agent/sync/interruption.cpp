#include "sync/interruption.hpp"

#include "http/deadline.hpp"

namespace syncing {

void Interruption::request() {
    is_requested_ = true;
    for (auto* timer : sleeping_) timer->cancel();
}

boost::asio::awaitable<void> Interruption::sleep(std::chrono::milliseconds duration) {
    if (is_requested_) throw Interrupted();
    boost::asio::steady_timer timer(executor_, duration);
    sleeping_.insert(&timer);
    co_await timer.async_wait(http::as_result);
    sleeping_.erase(&timer);
    if (is_requested_) throw Interrupted();
}

}  // namespace syncing
