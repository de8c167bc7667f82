// One connection to Redis, commands pipelined: any number of coroutines may wait for replies at once.
#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/transport.hpp"
#include "redis/arguments.hpp"
#include "shared/resp.hpp"

namespace redis {

class Session : public std::enable_shared_from_this<Session> {
public:
    // `stream` is connected and logged in; `server` is its address.
    Session(net::Transport stream, std::string server, std::chrono::milliseconds reply_timeout);

    // Begins to read replies.
    void start();

    // Sends a command, with ASKING before it when a node of a cluster was named for this once, and waits for
    // its reply, an error reply included. Null when the connection broke: failure() says why, and the command
    // may or may not have been carried out. The session and the arguments must live so long.
    boost::asio::awaitable<shared::ReplyPtr> exchange(const Arguments& arguments, bool asks = false);

    bool is_open() const noexcept { return is_open_; }
    const std::string& server() const noexcept { return server_; }
    const std::string& failure() const noexcept { return failure_; }

    // Every waiting exchange fails, a little later.
    void close(const std::string& reason);

private:
    // The rest of a coroutine that waits.
    using Continuation =
        boost::asio::async_result<boost::asio::use_awaitable_t<>, void(shared::ReplyPtr)>::handler_type;
    struct Waiting {
        Continuation go_on;
        std::chrono::steady_clock::time_point sent;
        bool asks = false;         // the next reply is the one to ASKING
        shared::ReplyPtr refusal;  // of ASKING: it explains the command's
    };

    void send(const Arguments& arguments, bool asks, Continuation go_on);
    void append(const Arguments& arguments);
    void flush();
    // Both keep the session alive.
    boost::asio::awaitable<void> read_replies(std::shared_ptr<Session> self);
    boost::asio::awaitable<void> write_rest(std::shared_ptr<Session> self);
    void on_read(boost::system::error_code error, std::size_t size);
    void deliver_replies();
    void deliver(shared::ReplyPtr reply);
    void watch_deadline();

    net::Transport stream_;
    std::string server_;
    std::chrono::milliseconds reply_timeout_;
    bool is_open_ = true;
    std::string failure_;
    shared::ReplyReader reader_;
    std::deque<Waiting> waiting_;
    std::string unsent_;
    std::string sending_;  // write_rest()'s while is_writing_
    bool is_writing_ = false;
    bool is_delivering_ = false;
    boost::asio::steady_timer deadline_;
    std::array<char, 16 * 1024> buffer_;
};

}  // namespace redis
