#include "redis/session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>

#include "shared/redis_trouble.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr std::size_t usual_size = 64 * 1024;  // of what is sent at once

std::string describe(const error_code& error) {
    const bool is_end = error == asio::error::eof || error == asio::ssl::error::stream_truncated;
    return is_end ? "the connection was closed" : error.message();
}

// Keeps the memory, unless something unusual made it large.
void reset(std::string& buffer) {
    if (buffer.capacity() > usual_size) buffer = {};
    buffer.clear();
}

}  // namespace

Session::Session(net::Transport stream, std::string server, std::chrono::milliseconds reply_timeout)
    : stream_(std::move(stream)),
      server_(std::move(server)),
      reply_timeout_(reply_timeout),
      deadline_(stream_.get_executor()) {}

void Session::start() {
    asio::co_spawn(stream_.get_executor(), read_replies(shared_from_this()), asio::detached);
    watch_deadline();
}

asio::awaitable<shared::ReplyPtr> Session::exchange(const Arguments& arguments, bool asks) {
    const auto begin = [this, &arguments, asks](auto go_on) { send(arguments, asks, std::move(go_on)); };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(shared::ReplyPtr)>(begin,
                                                                                       asio::use_awaitable);
}

void Session::send(const Arguments& arguments, bool asks, Continuation go_on) {
    waiting_.push_back({std::move(go_on), steady_clock::now(), asks, nullptr});
    if (asks) append({"ASKING"});
    append(arguments);
    flush();
}

void Session::append(const Arguments& arguments) {
    shared::append_array_header(unsent_, arguments.size());
    for (const auto& argument : arguments) shared::append_bulk(unsent_, argument);
}

// Commands that coroutines send while replies are delivered to them go out in one write afterwards.
void Session::flush() {
    if (!is_open_ || is_writing_ || is_delivering_ || unsent_.empty()) return;
    error_code error;
    const auto sent = stream_.write_now(unsent_, error);
    if (error) return close(describe(error));
    if (sent == unsent_.size()) return reset(unsent_);
    unsent_.erase(0, sent);
    is_writing_ = true;
    reset(sending_);
    std::swap(sending_, unsent_);
    asio::co_spawn(stream_.get_executor(), write_rest(shared_from_this()), asio::detached);
}

asio::awaitable<void> Session::write_rest(std::shared_ptr<Session> /*self*/) {
    const error_code error = co_await stream_.write_all(sending_);
    is_writing_ = false;
    if (error) co_return close(describe(error));
    flush();
}

void Session::close(const std::string& reason) {
    if (!is_open_) return;
    is_open_ = false;
    failure_ = reason;
    stream_.close();
    deadline_.cancel();
    // Posted, because the caller may itself be one of those who wait, or is about to become one.
    auto abandon = [waiting = std::exchange(waiting_, {})]() mutable {
        for (auto& one : waiting) one.go_on(shared::ReplyPtr());
    };
    asio::post(stream_.get_executor(), std::move(abandon));
}

asio::awaitable<void> Session::read_replies(std::shared_ptr<Session> /*self*/) {
    while (is_open_) {
        const auto [error, size] = co_await stream_.read_some(asio::buffer(buffer_));
        if (is_open_) on_read(error, size);
    }
}

void Session::on_read(error_code error, std::size_t size) {
    if (error) return close(describe(error));
    reader_.feed({buffer_.data(), size});
    is_delivering_ = true;
    deliver_replies();
    is_delivering_ = false;
    if (!is_open_) return;
    if (reader_.failed()) return close(std::string(shared::not_redis));
    flush();
}

// The coroutines that waited are resumed right here: the agent has one thread.
void Session::deliver_replies() {
    while (auto reply = is_open_ ? reader_.next() : nullptr) {
        if (waiting_.empty()) return close(std::string(shared::reply_too_many));
        deliver(std::move(reply));
    }
}

void Session::deliver(shared::ReplyPtr reply) {
    auto& first = waiting_.front();
    const bool is_error = reply->type == REDIS_REPLY_ERROR;
    if (std::exchange(first.asks, false)) {
        if (is_error) first.refusal = std::move(reply);
        return;
    }
    if (is_error && first.refusal) reply = std::move(first.refusal);
    auto go_on = std::move(first.go_on);
    waiting_.pop_front();
    go_on(std::move(reply));
}

// One timer for all commands: it fires when the oldest one without a reply would be late.
void Session::watch_deadline() {
    const auto now = steady_clock::now();
    const auto oldest = waiting_.empty() ? now : waiting_.front().sent;
    if (now - oldest >= reply_timeout_) return close("no reply within the time limit");
    deadline_.expires_at(oldest + reply_timeout_);
    deadline_.async_wait([self = shared_from_this()](error_code error) {
        if (!error && self->is_open_) self->watch_deadline();
    });
}

}  // namespace redis
