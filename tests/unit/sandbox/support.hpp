// What the tests of coroutines share: run one to its end, within a deadline.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include "sandbox/one_shot.hpp"
#include "sandbox/router.hpp"

namespace sandbox_test {

inline constexpr std::chrono::seconds deadline{10};

// Runs `io` until `work` is done. Throws when it is not done in time.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> work) {
    std::optional<T> result;
    boost::asio::co_spawn(io, std::move(work), [&](std::exception_ptr error, T value) {
        io.stop();
        if (error) std::rethrow_exception(error);
        result = std::move(value);
    });
    io.restart();
    io.run_for(deadline);
    if (!result) throw std::runtime_error("not done within the deadline");
    return std::move(*result);
}

// Runs `io` until the condition holds. Throws when it does not in time.
inline void run_until(boost::asio::io_context& io, const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    io.restart();
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) throw std::runtime_error("never came true");
        if (io.run_one_for(std::chrono::milliseconds(100)) == 0) io.restart();
    }
}

inline http::Server::Request request(std::string_view method, std::string body = {}) {
    http::Server::Request message;
    message.method_string(method);
    message.version(11);
    if (!body.empty()) message.set(boost::beast::http::field::content_type, "application/json");
    message.body() = std::move(body);
    return message;
}

// A call as the router would get it. Throws on a bad target.
inline sandbox::Call call(std::string_view method, std::string_view target, std::string body = {}) {
    auto parsed = sandbox::parse_call(method, target, "");
    if (!parsed) throw std::invalid_argument(std::string(target));
    parsed->authorization = "Bearer sandbox-token";
    parsed->api_key = "sandbox-key";
    parsed->user_agent = "test";
    parsed->body = std::move(body);
    return std::move(*parsed);
}

}  // namespace sandbox_test
