// A limit of time on an asynchronous operation that has none of its own.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace net {

// Completion token: (error_code, results...) as a tuple instead of an exception.
constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

// Nothing when `limit` expired, or was cancelled, before `work` was done; it is cancelled then. `work` must
// not throw.
template <typename T>
boost::asio::awaitable<std::optional<T>> within(boost::asio::steady_timer& limit,
                                                boost::asio::awaitable<T> work) {
    using namespace boost::asio::experimental::awaitable_operators;
    auto outcome = co_await (std::move(work) || limit.async_wait(as_result));
    if (outcome.index() == 1) co_return std::nullopt;
    co_return std::optional<T>(std::get<0>(std::move(outcome)));
}

template <typename T>
boost::asio::awaitable<std::optional<T>> within(std::chrono::milliseconds limit,
                                                boost::asio::awaitable<T> work) {
    boost::asio::steady_timer deadline(co_await boost::asio::this_coro::executor, limit);
    auto outcome = co_await within(deadline, std::move(work));
    co_return outcome;
}

}  // namespace net
