// Commands for Redis. Connects when it must, again after every failure.
#pragma once

#include <chrono>
#include <memory>
#include <random>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "redis/servers.hpp"
#include "redis/session.hpp"

namespace redis {

class Client final : Servers::Watcher {
public:
    Client(boost::asio::any_io_executor executor, std::shared_ptr<Servers> servers,
           std::chrono::milliseconds reply_timeout);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // The reply, which is no error. A command that a server refused because it is no master any more is sent
    // to the master once more. Throws Error.
    boost::asio::awaitable<shared::ReplyPtr> command(Arguments arguments);

    // Runs a script by its hash, and sends its text when the server does not know it. Throws Error.
    boost::asio::awaitable<shared::ReplyPtr> run(const class Script& script, Arguments keys,
                                                 Arguments values);

    // Commands that wait for a reply or for a connection fail.
    void close();

private:
    class Connecting;

    void on_master(const std::string& server) override;
    bool is_connected() const noexcept { return session_ && session_->is_open(); }
    boost::asio::awaitable<void> connect();
    boost::asio::awaitable<void> open_session(Attempt& attempt);
    boost::asio::awaitable<shared::ReplyPtr> exchange(const Arguments& arguments);
    bool is_elsewhere(const redisReply& reply) const;

    boost::asio::any_io_executor executor_;
    std::shared_ptr<Servers> servers_;
    std::chrono::milliseconds reply_timeout_;
    std::shared_ptr<Session> session_;
    std::shared_ptr<Connecting> connecting_;
    unsigned attempts_ = 0;  // to connect, since the last reply
    std::chrono::steady_clock::time_point next_attempt_;
    std::minstd_rand random_{std::random_device{}()};
};

// A Lua script and the hash that Redis knows it by.
class Script {
public:
    explicit Script(std::string text);
    const std::string& text() const noexcept { return text_; }
    const std::string& hash() const noexcept { return hash_; }

private:
    std::string text_;
    std::string hash_;
};

}  // namespace redis
