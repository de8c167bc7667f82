// Which server to talk to: the only one, the master of a replication set, or the one that Sentinels name; of
// a cluster any, and then the node that has the key.
#pragma once

#include <set>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "config/redis.hpp"
#include "net/limited_log.hpp"
#include "net/tls.hpp"
#include "redis/cluster.hpp"
#include "redis/dial.hpp"

namespace redis {

// Shared by all clients of an agent, so that all talk to the same master. A new round begins where the last
// one ended: a returned old master is no reason to leave the one that serves.
class Servers {
public:
    // Throws std::invalid_argument when a certificate cannot be used.
    explicit Servers(config::Redis settings);
    Servers(const Servers&) = delete;
    Servers& operator=(const Servers&) = delete;

    // Begins where `predecessor` is, if it is about the same servers.
    void succeed(const Servers& predecessor);

    struct Connection {
        net::Transport stream;
        std::string server;  // its address
    };

    // Tries each server once. Throws Error that says what is wrong with each.
    boost::asio::awaitable<Connection> connect(Attempt& attempt);

    // A node of the cluster, by its address; with the user, the password and the TLS of the configured ones.
    boost::asio::awaitable<Connection> connect_to(std::string node, Attempt& attempt);

    Cluster& cluster() noexcept { return cluster_; }

    // Whether a server that says that it cannot be written now may be left for another one, or for another
    // address of its name.
    bool has_alternatives() const noexcept { return has_alternatives_ || !cluster_.nodes().empty(); }

    // This one turned out to be no master any more.
    void leave(const std::string& server);

    class Watcher {
    public:
        virtual void on_master(const std::string& server) = 0;

    protected:
        ~Watcher() = default;
    };

    // Is told when the master is another one than before. A cluster has several.
    void watch(Watcher& watcher) { watchers_.insert(&watcher); }
    void unwatch(Watcher& watcher) { watchers_.erase(&watcher); }

    std::string describe() const;  // for logs

private:
    boost::asio::awaitable<Connection> connect_to_urls(Attempt& attempt);
    boost::asio::awaitable<Connection> connect_through_sentinels(Attempt& attempt);
    // `peer` as it is to be dialed: without a name when it has refused one.
    Peer known(Peer peer) const;
    void note_name(const std::string& server, bool may_set_name);
    Peer sentinel(std::size_t index) const;
    Peer master_at(const shared::RedisUrl& found) const;
    Peer node_at(const shared::RedisUrl& found) const;
    std::vector<shared::RedisUrl> candidates() const;
    void note(const Dialed& dialed, const std::string& server);
    void begin_at(const std::string& server);
    void settle_on(const std::string& server, const std::string& problems);

    config::Redis settings_;
    net::TlsContext tls_;
    bool has_alternatives_;
    std::size_t first_ = 0;           // of urls or sentinels: the one that served last
    std::string master_;              // its address, once known
    std::set<std::string> nameless_;  // servers and Sentinels that refused CLIENT SETNAME
    std::set<Watcher*> watchers_;
    Cluster cluster_;
    net::LimitedLog limited_log_;
};

}  // namespace redis
