#include "redis/link.hpp"

#include <exception>

#include "net/deadline.hpp"
#include "net/event.hpp"
#include "redis/error.hpp"
#include "shared/back_off.hpp"

namespace redis {

namespace asio = boost::asio;
using std::chrono::steady_clock;

// One coroutine connects; others that need the connection wait for its result.
class Link::Connecting {
public:
    explicit Connecting(const asio::any_io_executor& executor) : attempt(executor), done_(executor) {}

    Attempt attempt;
    std::string why_given_up;

    void finish(std::exception_ptr failure) {
        failure_ = std::move(failure);
        done_.set();
    }

    asio::awaitable<void> wait() {
        while (!done_.is_set()) co_await done_.wait();
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    net::Event done_;
    std::exception_ptr failure_;
};

Link::Link(asio::any_io_executor executor, Connect connect, std::chrono::milliseconds reply_timeout)
    : executor_(std::move(executor)), connect_(std::move(connect)), reply_timeout_(reply_timeout) {}

void Link::close(const std::string& reason) {
    if (connecting_) {
        connecting_->why_given_up = reason;
        connecting_->attempt.give_up();
    }
    if (session_) session_->close(reason);
}

asio::awaitable<void> Link::connect() {
    if (is_connected()) co_return;
    if (const auto other = connecting_)
        co_await other->wait();
    else
        co_await connect_anew();
}

asio::awaitable<void> Link::connect_anew() {
    const auto connecting = connecting_ = std::make_shared<Connecting>(executor_);
    std::exception_ptr failure;
    try {
        co_await open_session(connecting->attempt);
    } catch (...) {
        failure = std::current_exception();
    }
    if (connecting->attempt.is_given_up())
        failure = std::make_exception_ptr(Error(Error::Kind::connection, connecting->why_given_up));
    // Counted until a reply comes: a connection on which none comes is a failure, too.
    next_attempt_ = steady_clock::now() + shared::back_off(++attempts_, random_());
    connecting_.reset();
    connecting->finish(failure);
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> Link::open_session(Attempt& attempt) {
    co_await attempt.limit(next_attempt_).async_wait(net::as_result);
    if (attempt.is_given_up()) co_return;
    auto connection = co_await connect_(attempt);
    if (attempt.is_given_up()) co_return;
    session_ = std::make_shared<Session>(std::move(connection.stream), connection.server, reply_timeout_);
    session_->start();
}

}  // namespace redis
