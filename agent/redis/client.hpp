// Commands for Redis. Connects when it must, again after every failure.
#pragma once

#include <chrono>
#include <exception>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "redis/arguments.hpp"
#include "redis/servers.hpp"
#include "shared/resp.hpp"

namespace redis {

class Link;
class Session;

// Has one connection, and in a cluster besides one to each node to which its keys took it.
class Client final : Servers::Watcher {
public:
    Client(boost::asio::any_io_executor executor, std::shared_ptr<Servers> servers,
           std::chrono::milliseconds reply_timeout);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // The reply, which is no error. A command that a server refused because it is no master any more, or
    // because another node of the cluster has the key, is sent there. Throws Error.
    boost::asio::awaitable<shared::ReplyPtr> command(Arguments arguments);

    // Runs a script by its hash, and sends its text when the server does not know it. Throws Error.
    boost::asio::awaitable<shared::ReplyPtr> run(const class Script& script, Arguments keys,
                                                 Arguments values);

    // Commands that wait for a reply or for a connection fail.
    void close();

private:
    void on_master(const std::string& server) override;
    Link& link_to(const std::string& node);
    boost::asio::awaitable<bool> reach(Link& link, Journey& journey, std::exception_ptr& missed);
    boost::asio::awaitable<void> rest(const Journey& journey);
    boost::asio::awaitable<shared::ReplyPtr> exchange(const Arguments& arguments);
    bool goes_on(Journey& journey, const redisReply& reply, Session& session);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<Servers> servers_;
    std::chrono::milliseconds reply_timeout_;
    std::unique_ptr<Link> any_;                           // to the server that serves, or any of a cluster
    std::map<std::string, std::unique_ptr<Link>> nodes_;  // of a cluster, by their addresses
    unsigned closings_ = 0;  // whoever has waited through one is sent nowhere any more
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
