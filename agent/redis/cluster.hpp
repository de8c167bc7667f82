// Redis Cluster as the agent follows it: which node serves which keys, as the nodes themselves have told, and
// what becomes of a command that was sent to the wrong one. No I/O, no clock.
//
// Nobody asks for the cluster's map. A command goes where the keys of its connector were last, or to any node
// at all; the node that has not got them names the one that has. When a node is gone the others are asked in
// the same way, with the command itself, and name the one that took its place.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "redis/arguments.hpp"
#include "shared/redis_url.hpp"

namespace shared {
struct RedisRedirection;
}

namespace redis {

// The hash tag of the keys that a command names: its connector, or an account's budgets. All keys of one
// command have the same one. Empty: the command names no key of ours.
std::string_view tag_of(const Arguments& arguments) noexcept;

// Shared by all clients of an agent.
class Cluster {
public:
    // Some server has told that it is a node of one.
    bool is_known() const noexcept { return is_known_; }
    void note() noexcept { is_known_ = true; }

    // Where keys with this tag are; empty: nobody has told yet, and any node may be asked.
    const std::string& node_of(std::string_view tag) const noexcept;

    // What a node said. Returns the address of the other one.
    std::string take(const shared::RedisRedirection& redirection, std::string_view tag,
                     const std::string& said_by);

    // The node cannot be used: the next one that is asked says who took its place.
    void forget(const std::string& node);

    // Those that were named, the last one first: each may be the only one left to ask. Of many, where nodes
    // get new addresses all the time, the last ones.
    const std::vector<shared::RedisUrl>& nodes() const noexcept { return nodes_; }
    static constexpr std::size_t most_nodes = 64;

private:
    void learn(shared::RedisUrl node, const std::string& said_by);

    bool is_known_ = false;
    std::map<std::string, std::string, std::less<>> node_of_;  // by the tag
    std::vector<shared::RedisUrl> nodes_;
};

// The way of one command: to the node where its keys were last, then wherever it is sent from there. A
// command that goes on was not carried out by whoever refused it.
class Journey {
public:
    using Time = std::chrono::steady_clock::time_point;

    // After `end` nothing is tried again.
    Journey(Cluster& cluster, std::string_view tag, Time end)
        : cluster_(cluster), tag_(tag), node_(cluster.node_of(tag)), end_(end) {}

    // Where it goes next, empty: to whichever server is at hand; whether with ASKING before it; and how long
    // it waits before.
    const std::string& node() const noexcept { return node_; }
    bool asks() const noexcept { return asks_; }
    std::chrono::milliseconds pause() const noexcept { return pause_; }

    // Whether the command, which `server` refused with this error, goes on. Outside of a cluster: once, to
    // the server that is the master now.
    bool goes_on(std::string_view error, const std::string& server, Time now);

    // Whether it goes on though node() cannot be connected to.
    bool goes_on_without_node(Time now);

private:
    bool go(std::string node, bool asks, Time now);

    Cluster& cluster_;
    std::string_view tag_;
    std::string node_;
    Time end_;
    bool asks_ = false;
    bool was_repeated_ = false;
    unsigned refusals_ = 0;
    std::chrono::milliseconds pause_{0};
};

}  // namespace redis
