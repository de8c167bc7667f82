// Commands for Redis. Connects when it must, again after every failure.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "redis/session.hpp"
#include "shared/redis_url.hpp"

namespace redis {

struct Server {
    shared::RedisUrl url;
    std::string password;  // empty: no AUTH
};

using Arguments = std::vector<std::string>;

class Client {
public:
    Client(boost::asio::any_io_executor executor, Server server, std::chrono::milliseconds reply_timeout);

    // The reply, which is no error. Throws Error.
    boost::asio::awaitable<shared::ReplyPtr> command(Arguments arguments);

    // Runs a script by its hash, and sends its text when the server does not know it. Throws Error.
    boost::asio::awaitable<shared::ReplyPtr> run(const class Script& script, Arguments keys,
                                                 Arguments values);

    void close();

private:
    boost::asio::awaitable<std::shared_ptr<Session>> session();
    boost::asio::awaitable<shared::ReplyPtr> exchange(const Arguments& arguments);

    boost::asio::any_io_executor executor_;
    Server server_;
    std::chrono::milliseconds reply_timeout_;
    std::shared_ptr<Session> session_;
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
