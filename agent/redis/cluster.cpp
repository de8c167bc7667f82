#include "redis/cluster.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "shared/back_off.hpp"
#include "shared/redis_cluster.hpp"
#include "shared/redis_handshake.hpp"
#include "shared/webhook_entry.hpp"

namespace redis {
namespace {

using std::chrono::milliseconds;

// The first redirection is followed at once. Nodes that disagree for a moment, after a slot has moved or a
// master was lost, are asked again after a pause, which grows.
constexpr shared::BackOff pauses{milliseconds(10), milliseconds(200)};

const std::string any_node;

// Of the address of a server: "[::1]:6379", "10.0.0.1:6379". A unix socket is on this machine.
std::string host_of(const std::string& address) {
    if (address.starts_with("unix:")) return "127.0.0.1";
    const auto host = address.substr(0, address.rfind(':'));
    return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

std::string_view tag_of(const Arguments& arguments) noexcept {
    const auto key = std::ranges::find_if(
        arguments, [](const auto& argument) { return argument.starts_with(shared::tagged_key); });
    return key == arguments.end() ? std::string_view() : shared::hash_tag(*key);
}

const std::string& Cluster::node_of(std::string_view tag) const noexcept {
    const auto found = node_of_.find(tag);
    return found == node_of_.end() ? any_node : found->second;
}

std::string Cluster::take(const shared::RedisRedirection& redirection, std::string_view tag,
                          const std::string& said_by) {
    shared::RedisUrl node;
    node.host = redirection.host.empty() ? host_of(said_by) : redirection.host;
    node.port = redirection.port;
    auto address = node.address();
    learn(std::move(node), said_by);
    if (!redirection.asks && !tag.empty()) node_of_.insert_or_assign(std::string(tag), address);
    return address;
}

void Cluster::learn(shared::RedisUrl node, const std::string& said_by) {
    note();
    const auto found = std::ranges::find(nodes_, node);
    if (found != nodes_.end()) {
        std::rotate(nodes_.begin(), found, found + 1);
        return;
    }
    spdlog::info("Redis at {} is a node of a cluster, and so is {}", said_by, node.address());
    nodes_.insert(nodes_.begin(), std::move(node));
    if (nodes_.size() > most_nodes) nodes_.pop_back();
}

void Cluster::forget(const std::string& node) {
    std::erase_if(node_of_, [&](const auto& entry) { return entry.second == node; });
}

bool Journey::goes_on(std::string_view error, const std::string& server, Time now) {
    if (const auto redirection = shared::redirection_in(error)) {
        auto node = cluster_.take(*redirection, tag_, server);
        return go(std::move(node), redirection->asks, now);
    }
    if (shared::cluster_is_not_ready(error)) {
        cluster_.note();
        return go(cluster_.node_of(tag_), false, now);
    }
    if (!shared::cannot_be_written_now(error)) return false;
    if (!cluster_.is_known()) return !std::exchange(was_repeated_, true);
    cluster_.forget(server);
    return go({}, false, now);
}

bool Journey::goes_on_without_node(Time now) {
    cluster_.forget(node_);
    return go({}, false, now);
}

// A first redirection is no sign of trouble.
bool Journey::go(std::string node, bool asks, Time now) {
    const bool is_redirected = !node.empty() && node != node_;
    node_ = std::move(node);
    asks_ = asks;
    const bool is_first = refusals_++ == 0;
    pause_ = is_redirected && is_first ? milliseconds(0) : pauses.whole(refusals_);
    return now + pause_ < end_;
}

}  // namespace redis
