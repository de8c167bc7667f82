#include "redis/session.hpp"

#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include "http/deadline.hpp"
#include "redis/error.hpp"

namespace redis {

namespace asio = boost::asio;
using http::as_result;

struct Session::Waiting {
    explicit Waiting(const asio::any_io_executor& executor)
        : answered(executor, asio::steady_timer::time_point::max()) {}
    asio::steady_timer answered;  // cancelled when the reply is there or the session failed
    std::chrono::steady_clock::time_point sent = std::chrono::steady_clock::now();
    shared::ReplyPtr reply;
    bool is_done = false;
};

Session::Session(Socket socket, std::chrono::milliseconds reply_timeout)
    : socket_(std::move(socket)), reply_timeout_(reply_timeout), deadline_(socket_.get_executor()) {}

void Session::start() {
    const auto self = shared_from_this();
    asio::co_spawn(
        socket_.get_executor(), [self]() { return self->read_replies(); }, asio::detached);
    asio::co_spawn(
        socket_.get_executor(), [self]() { return self->watch_deadline(); }, asio::detached);
}

asio::awaitable<shared::ReplyPtr> Session::exchange(std::string command) {
    const auto self = shared_from_this();
    if (!is_open()) throw Error(Error::Kind::connection, failure_);
    const auto waiting = std::make_shared<Waiting>(socket_.get_executor());
    waiting_.push_back(waiting);
    unsent_ += command;
    if (!is_writing_) {
        is_writing_ = true;
        asio::co_spawn(
            socket_.get_executor(), [self]() { return self->write_commands(); }, asio::detached);
    }
    while (!waiting->is_done) co_await waiting->answered.async_wait(as_result);
    if (!waiting->reply) throw Error(Error::Kind::connection, failure_);
    co_return std::move(waiting->reply);
}

void Session::close(const std::string& reason) {
    if (!is_open()) return;
    failure_ = reason;
    boost::system::error_code ignored;  // closing what is broken already is fine
    socket_.close(ignored);
    deadline_.cancel();
    for (const auto& waiting : std::exchange(waiting_, {})) {
        waiting->is_done = true;
        waiting->answered.cancel();
    }
}

asio::awaitable<void> Session::write_commands() {
    while (!unsent_.empty() && is_open()) {
        const auto sending = std::exchange(unsent_, {});
        const auto [error, size] = co_await asio::async_write(socket_, asio::buffer(sending), as_result);
        if (error) close(error.message());
    }
    is_writing_ = false;
}

void Session::deliver_replies() {
    while (auto reply = reader_.next()) {
        if (waiting_.empty()) return close("a reply that nobody asked for");
        const auto waiting = waiting_.front();
        waiting_.pop_front();
        waiting->reply = std::move(reply);
        waiting->is_done = true;
        waiting->answered.cancel();
    }
    if (reader_.failed()) close("not the protocol of Redis: " + std::string(reader_.error()));
}

asio::awaitable<void> Session::read_replies() {
    std::array<char, 16 * 1024> buffer;
    while (is_open()) {
        const auto [error, size] = co_await socket_.async_read_some(asio::buffer(buffer), as_result);
        if (error) {
            close(error == asio::error::eof ? "the connection was closed" : error.message());
        } else {
            reader_.feed({buffer.data(), size});
            deliver_replies();
        }
    }
}

// Looks at the oldest command without a reply.
asio::awaitable<void> Session::watch_deadline() {
    while (is_open()) {
        const auto now = std::chrono::steady_clock::now();
        const auto oldest = waiting_.empty() ? now : waiting_.front()->sent;
        if (now - oldest >= reply_timeout_) {
            close("no reply within the time limit");
        } else {
            deadline_.expires_at(oldest + reply_timeout_);
            co_await deadline_.async_wait(as_result);
        }
    }
}

}  // namespace redis
