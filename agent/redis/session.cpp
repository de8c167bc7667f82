#include "redis/session.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>

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
    read();
    watch_deadline();
}

asio::awaitable<shared::ReplyPtr> Session::exchange(const Arguments& arguments) {
    const auto begin = [this, &arguments](auto go_on) { send(arguments, std::move(go_on)); };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(shared::ReplyPtr)>(begin,
                                                                                       asio::use_awaitable);
}

void Session::send(const Arguments& arguments, Continuation go_on) {
    waiting_.push_back({std::move(go_on), steady_clock::now()});
    shared::append_array_header(unsent_, arguments.size());
    for (const auto& argument : arguments) shared::append_bulk(unsent_, argument);
    flush();
}

// What coroutines send while replies are handed out leaves together.
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
    const auto on_written = [self = shared_from_this()](error_code write_error, std::size_t) {
        self->is_writing_ = false;
        if (write_error) return self->close(describe(write_error));
        self->flush();
    };
    stream_.async_write(asio::buffer(sending_), on_written);
}

void Session::close(const std::string& reason) {
    if (!is_open_) return;
    is_open_ = false;
    failure_ = reason;
    stream_.close();
    deadline_.cancel();
    // Later: the caller may be one of those who wait, or about to become one.
    auto abandon = [waiting = std::exchange(waiting_, {})]() mutable {
        for (auto& one : waiting) one.go_on(shared::ReplyPtr());
    };
    asio::post(stream_.get_executor(), std::move(abandon));
}

void Session::read() {
    const auto on_bytes = [self = shared_from_this()](error_code error, std::size_t size) {
        self->on_read(error, size);
    };
    stream_.async_read_some(asio::buffer(buffer_), on_bytes);
}

void Session::on_read(error_code error, std::size_t size) {
    if (!is_open_) return;
    if (error) return close(describe(error));
    reader_.feed({buffer_.data(), size});
    is_delivering_ = true;
    deliver_replies();
    is_delivering_ = false;
    if (!is_open_) return;
    if (reader_.failed()) return close("not the protocol of Redis: " + std::string(reader_.error()));
    flush();
    if (is_open_) read();
}

// Coroutines go on right here, on the agent's only thread.
void Session::deliver_replies() {
    while (auto reply = is_open_ ? reader_.next() : nullptr) {
        if (waiting_.empty()) return close("a reply that nobody asked for");
        auto go_on = std::move(waiting_.front().go_on);
        waiting_.pop_front();
        go_on(std::move(reply));
    }
}

// Looks at the oldest command without a reply.
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
