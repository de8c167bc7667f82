#include "e2e/harness/redis_cluster.hpp"

#include <stdexcept>

#include "e2e/harness/free_port.hpp"
#include "e2e/harness/wait.hpp"

namespace harness {
namespace {

constexpr std::size_t slot_count = 16384;
constexpr Duration patience{30'000};

// A node's port for the others is 10,000 above: below those that the system gives to whoever connects.
std::uint16_t port_with_bus() {
    constexpr std::uint16_t end = 22'700;
    for (;;)
        if (const auto port = free_port(); port < end) return port;
}

std::vector<std::string> arguments_of(const ClusterOptions& options) {
    std::vector<std::string> arguments = {
        "--cluster-enabled",      "yes",  "--cluster-config-file",           "nodes.conf",
        "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no"};
    if (options.tls) arguments.insert(arguments.end(), {"--tls-cluster", "yes", "--tls-replication", "yes"});
    arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
    return arguments;
}

std::optional<RedisTls> tls_of(const ClusterOptions& options) {
    auto tls = options.tls;
    if (tls) tls->port = port_with_bus();
    return tls;
}

// As the nodes know each other.
std::uint16_t port_of(const RedisServer& server) {
    return server.tls_port() ? server.tls_port() : server.port();
}

std::string field_of(const std::string& info, const std::string& name) {
    const auto found = info.find(name + ":");
    if (found == info.npos) return {};
    const auto begin = found + name.size() + 1;
    return info.substr(begin, info.find('\r', begin) - begin);
}

}  // namespace

RedisCluster::RedisCluster(const Folder& folder, ClusterOptions options) {
    for (std::size_t i = 0; i < options.masters + options.replicas; ++i) {
        auto& server = nodes_.emplace_back(folder, RedisOptions{.tcp = true,
                                                                .keep = true,
                                                                .arguments = arguments_of(options),
                                                                .name = "node" + std::to_string(i + 1),
                                                                .port = port_with_bus(),
                                                                .tls = tls_of(options)});
        members_.push_back({server.client().text({"CLUSTER", "MYID"})});
    }
    share_slots(options.masters);
    introduce();
    wait_until_well();
    for (std::size_t i = options.masters; i < size(); ++i)
        node(i).client().text({"CLUSTER", "REPLICATE", members_[(i - options.masters) % options.masters].id});
    for (std::size_t i = options.masters; i < size(); ++i)
        wait_until(
            [&] {
                return field_of(node(i).client().text({"INFO", "replication"}), "master_link_status") == "up";
            },
            "a replica should be in step", patience);
}

RedisServer& RedisCluster::node(std::size_t index) {
    return *std::next(nodes_.begin(), static_cast<std::ptrdiff_t>(index));
}

std::vector<std::string> RedisCluster::urls() {
    std::vector<std::string> urls;
    for (const auto& server : nodes_) urls.push_back(server.tcp_url());
    return urls;
}

void RedisCluster::share_slots(std::size_t masters) {
    for (std::size_t i = 0; i < masters; ++i) {
        std::vector<std::string> words = {"CLUSTER", "ADDSLOTS"};
        for (auto slot = slot_count * i / masters; slot < slot_count * (i + 1) / masters; ++slot)
            words.push_back(std::to_string(slot));
        const std::vector<std::string_view> command(words.begin(), words.end());
        const auto reply = node(i).client().command(std::span(command));
        if (shared::text(*reply) != "OK")
            throw std::runtime_error("slots: " + std::string(shared::text(*reply)));
    }
}

void RedisCluster::introduce() {
    for (std::size_t i = 0; i < size(); ++i)
        node(i).client().text({"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)});
    for (std::size_t i = 1; i < size(); ++i)
        node(i).client().text({"CLUSTER", "MEET", "127.0.0.1", std::to_string(port_of(node(0)))});
}

bool RedisCluster::is_well() {
    for (std::size_t i = 0; i < size(); ++i) {
        if (!members_[i].is_up) continue;
        const auto info = node(i).client().text({"CLUSTER", "INFO"});
        if (field_of(info, "cluster_state") != "ok" || field_of(info, "cluster_slots_ok") != "16384" ||
            field_of(info, "cluster_known_nodes") != std::to_string(size()))
            return false;
    }
    return true;
}

void RedisCluster::wait_until_well() {
    wait_until([&] { return is_well(); }, "the cluster should be well", patience);
}

std::size_t RedisCluster::someone_up() const {
    for (std::size_t i = 0; i < members_.size(); ++i)
        if (members_[i].is_up) return i;
    throw std::runtime_error("no node of the cluster is up");
}

std::size_t RedisCluster::index_of(std::int64_t port) const {
    std::size_t index = 0;
    for (const auto& server : nodes_) {
        if (port_of(server) == port || server.port() == port) return index;  // with TLS both are told
        ++index;
    }
    throw std::runtime_error("the cluster has a node that is none of ours");
}

std::string RedisCluster::slot_of(const std::string& key) {
    return std::to_string(node(someone_up()).client().integer({"CLUSTER", "KEYSLOT", key}));
}

// [[first slot, last slot, [host, port, id], replicas...], ...]
std::size_t RedisCluster::master_of(const std::string& key) {
    const auto slot = std::stoll(slot_of(key));
    const auto map = node(someone_up()).client().command({"CLUSTER", "SLOTS"});
    for (std::size_t i = 0; i < map->elements; ++i) {
        const auto& range = *map->element[i];
        if (range.element[0]->integer <= slot && slot <= range.element[1]->integer)
            return index_of(range.element[2]->element[1]->integer);
    }
    throw std::runtime_error("nobody serves the slot of " + key);
}

std::size_t RedisCluster::other_master(const std::string& key) {
    const auto own = master_of(key);
    for (std::size_t i = 0; i < size(); ++i)
        if (i != own && members_[i].is_up &&
            field_of(node(i).client().text({"INFO", "replication"}), "role") == "master")
            return i;
    throw std::runtime_error("there is no other master");
}

shared::ReplyPtr RedisCluster::ask(const std::string& key,
                                   std::initializer_list<std::string_view> arguments) {
    return node(master_of(key)).client().command(arguments);
}

void RedisCluster::begin_move(const std::string& key, std::size_t to) {
    const auto from = master_of(key);
    const auto slot = slot_of(key);
    node(to).client().text({"CLUSTER", "SETSLOT", slot, "IMPORTING", members_.at(from).id});
    node(from).client().text({"CLUSTER", "SETSLOT", slot, "MIGRATING", members_.at(to).id});
}

void RedisCluster::move_keys(const std::string& key, std::size_t to) {
    auto source = node(master_of(key)).client();
    const auto slot = slot_of(key);
    const auto port = std::to_string(node(to).port());
    for (;;) {
        const auto keys = source.command({"CLUSTER", "GETKEYSINSLOT", slot, "100"});
        if (keys->elements == 0) return;
        for (std::size_t i = 0; i < keys->elements; ++i)
            source.text({"MIGRATE", "127.0.0.1", port, shared::text(*keys->element[i]), "0", "5000"});
    }
}

void RedisCluster::end_move(const std::string& key, std::size_t to) {
    const auto from = master_of(key);
    const auto slot = slot_of(key);
    node(to).client().text({"CLUSTER", "SETSLOT", slot, "NODE", members_.at(to).id});
    node(from).client().text({"CLUSTER", "SETSLOT", slot, "NODE", members_.at(to).id});
}

void RedisCluster::move(const std::string& key, std::size_t to) {
    begin_move(key, to);
    move_keys(key, to);
    end_move(key, to);
}

void RedisCluster::kill(std::size_t index) {
    node(index).kill();
    members_.at(index).is_up = false;
}

void RedisCluster::start(std::size_t index) {
    node(index).start();
    members_.at(index).is_up = true;
}

void RedisCluster::wait_for_replica_of(const std::string& key) {
    const auto master = master_of(key);
    wait_until(
        [&] {
            const auto info = node(master).client().text({"INFO", "replication"});
            const auto written = field_of(info, "master_repl_offset");
            return info.find("state=online,offset=" + written + ",") != info.npos;
        },
        "the replica should have everything", patience);
}

}  // namespace harness
