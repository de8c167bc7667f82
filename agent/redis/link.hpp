// The connection to one server, or to whichever one serves: made when it must be, again after every failure.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "redis/servers.hpp"
#include "redis/session.hpp"

namespace redis {

class Link {
public:
    // Tries once; throws Error.
    using Connect = std::function<boost::asio::awaitable<Servers::Connection>(Attempt&)>;

    Link(boost::asio::any_io_executor executor, Connect connect, std::chrono::milliseconds reply_timeout);
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    bool is_connected() const noexcept { return session_ && session_->is_open(); }

    // Connects unless it is connected. Throws Error.
    boost::asio::awaitable<void> connect();

    // After connect(); it may have been closed again meanwhile.
    const std::shared_ptr<Session>& present() const noexcept { return session_; }

    // A reply came: the next attempt to connect is the first one again.
    void note_reply() noexcept { attempts_ = 0; }

    // Whoever waits for a reply or for the connection fails.
    void close(const std::string& reason);

private:
    class Connecting;

    boost::asio::awaitable<void> connect_anew();
    boost::asio::awaitable<void> open_session(Attempt& attempt);

    boost::asio::any_io_executor executor_;
    Connect connect_;
    std::chrono::milliseconds reply_timeout_;
    std::shared_ptr<Session> session_;
    std::shared_ptr<Connecting> connecting_;
    unsigned attempts_ = 0;  // to connect, since the last reply
    std::chrono::steady_clock::time_point next_attempt_;
    std::minstd_rand random_{std::random_device{}()};
};

}  // namespace redis
