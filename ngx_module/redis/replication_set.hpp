#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ngx_module/ngx.hpp"
#include "ngx_module/redis/tls.hpp"
#include "shared/redis_cluster.hpp"
#include "shared/redis_handshake.hpp"
#include "shared/redis_url.hpp"

namespace edge::redis {

// Where a socket connects to: an IP address with its port, or the path of a unix socket.
struct Address {
    ngx_sockaddr_t sockaddr{};
    socklen_t size = 0;
};

bool same(const Address& a, const Address& b);

// One Redis.
struct Node {
    std::string name;           // for logs: <address>/<database>
    std::string host;           // what its certificate must be for; empty for a unix socket
    std::uint16_t port = 0;     // 0 for a unix socket
    bool host_is_name = false;  // and may mean other addresses later
    bool tls = false;
    std::vector<Address> addresses;  // never empty
    shared::RedisLogin login;
};

// What calendly_redis and its companions say: one Redis, or the servers of one replication set or cluster.
struct ReplicationSet {
    std::vector<Node> nodes;
    ngx_msec_t connect_timeout;
    ngx_msec_t timeout;                  // of an acknowledgement
    ngx_resolver_t* resolver = nullptr;  // nginx's, for names; null: addresses are those of the start
    ngx_msec_t resolver_timeout = 0;
    TlsOptions tls_options;
    bool of_cluster = false;   // one node, which others of its cluster have named
    ngx_ssl_t* tls = nullptr;  // made once the set is known to be new; null when no node wants it
};

bool same(const ReplicationSet& a, const ReplicationSet& b);

// Of the names, for LastServers; never 0.
std::uint64_t hash(const Node& node);
std::uint64_t hash(const ReplicationSet& set);

// A node of the cluster that the servers of `set` are of, for a connection of its own: with their TLS and
// login. Nothing when it is called by a name that none of them has: its address is not known then.
std::optional<ReplicationSet> set_of_node(const ReplicationSet& set,
                                          const shared::RedisRedirection& redirection, const Node& said_by);

// The node of a URL, its name resolved: blocks, at start-up only. Throws std::invalid_argument.
Node make_node(ngx_conf_t* cf, const shared::RedisUrl& url, const std::string& password);

}  // namespace edge::redis
