#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "e2e/harness/redis_server.hpp"

namespace harness {

struct ClusterOptions {
    std::size_t masters = 3;
    std::size_t replicas = 0;            // of the masters in turn
    std::vector<std::string> arguments;  // more of redis-server's
    std::optional<RedisTls> tls{};       // also between the nodes; no keys can be moved then
};

// A real Redis Cluster on loopback ports, in <folder>/node1, node2, ...: all slots served, and every node
// sees it so. A master that is silent for a second is lost.
class RedisCluster {
public:
    explicit RedisCluster(const Folder& folder, ClusterOptions options = {});

    RedisServer& node(std::size_t index);  // masters come first
    std::size_t size() const { return nodes_.size(); }
    std::string url(std::size_t index) { return node(index).tcp_url(); }
    std::string tls_url(std::size_t index) { return node(index).tls_url("127.0.0.1"); }
    std::vector<std::string> urls();

    // Which node is the key's master, as the others see it that are up.
    std::size_t master_of(const std::string& key);
    // Another master than the key's.
    std::size_t other_master(const std::string& key);
    bool is_up(std::size_t index) const { return members_.at(index).is_up; }

    // A command to the key's master.
    shared::ReplyPtr ask(const std::string& key, std::initializer_list<std::string_view> arguments);

    // The key's slot goes to another master: begin_move() makes its node say ASK for what it has not got,
    // move_keys() takes along what is there, end_move() makes it say MOVED.
    void begin_move(const std::string& key, std::size_t to);
    void move_keys(const std::string& key, std::size_t to);
    void end_move(const std::string& key, std::size_t to);
    void move(const std::string& key, std::size_t to);

    void kill(std::size_t index);
    void start(std::size_t index);  // again

    // Every node that is up serves and says that all is well.
    void wait_until_well();
    // All that was written to the key's master has come to its replica.
    void wait_for_replica_of(const std::string& key);

private:
    struct Member {
        std::string id;
        bool is_up = true;
    };
    bool is_well();
    std::string slot_of(const std::string& key);
    std::size_t someone_up() const;
    std::size_t index_of(std::int64_t port) const;
    void share_slots(std::size_t masters);
    void introduce();

    std::list<RedisServer> nodes_;
    std::vector<Member> members_;
};

}  // namespace harness
