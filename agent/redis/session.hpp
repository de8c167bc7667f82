// One connection to Redis, commands pipelined: any number of coroutines may wait for replies at once.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "shared/resp.hpp"

namespace redis {

class Session : public std::enable_shared_from_this<Session> {
public:
    using Socket = boost::asio::generic::stream_protocol::socket;

    // `socket` is connected and logged in.
    Session(Socket socket, std::chrono::milliseconds reply_timeout);

    // Begins to read replies.
    void start();

    // Sends a command in RESP and waits for its reply, an error reply included. Throws Error (connection).
    boost::asio::awaitable<shared::ReplyPtr> exchange(std::string command);

    bool is_open() const noexcept { return socket_.is_open(); }

    // Every waiting exchange fails.
    void close(const std::string& reason);

private:
    struct Waiting;

    boost::asio::awaitable<void> read_replies();
    boost::asio::awaitable<void> write_commands();
    boost::asio::awaitable<void> watch_deadline();
    void deliver_replies();

    Socket socket_;
    std::chrono::milliseconds reply_timeout_;
    shared::ReplyReader reader_;
    std::deque<std::shared_ptr<Waiting>> waiting_;
    std::string unsent_;
    bool is_writing_ = false;
    boost::asio::steady_timer deadline_;
    std::string failure_;
};

}  // namespace redis
