#include "redis/servers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/ip/address.hpp>

#include "redis/error.hpp"
#include "redis/sentinel.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

bool has_name(const shared::RedisUrl& url) {
    if (!url.socket_path.empty()) return false;
    boost::system::error_code no_address;
    asio::ip::make_address(url.host, no_address);
    return static_cast<bool>(no_address);
}

net::TlsContext make_context(const config::Redis& settings) {
    if (!settings.has_tls()) return net::make_unused_context();
    const auto& tls = settings.tls;
    return net::make_client_context(tls.ca_file, {tls.certificate, tls.certificate_key});
}

void add(std::string& problems, const std::string& problem) {
    if (!problems.empty()) problems += "; ";
    problems += problem;
}

std::string addresses(const std::vector<shared::RedisUrl>& servers) {
    std::string text;
    for (const auto& server : servers) text += (text.empty() ? "" : ", ") + server.address();
    return text;
}

}  // namespace

Servers::Servers(config::Redis settings)
    : settings_(std::move(settings)),
      tls_(make_context(settings_)),
      has_alternatives_(settings_.urls.size() != 1 || has_name(settings_.urls.front())) {}

void Servers::succeed(const Servers& predecessor) {
    if (settings_.urls != predecessor.settings_.urls ||
        settings_.sentinels != predecessor.settings_.sentinels)
        return;
    first_ = predecessor.first_;
    cluster_ = predecessor.cluster_;
}

asio::awaitable<Servers::Connection> Servers::connect(Attempt& attempt) {
    return settings_.sentinels.empty() ? connect_to_urls(attempt) : connect_through_sentinels(attempt);
}

// The configured ones, from the one that served last on; then the nodes of their cluster.
std::vector<shared::RedisUrl> Servers::candidates() const {
    auto all = settings_.urls;
    std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first_), all.end());
    for (const auto& found : cluster_.nodes()) {
        auto node = node_at(found).url;
        if (std::ranges::find(all, node.address(), &shared::RedisUrl::address) == all.end())
            all.push_back(std::move(node));
    }
    return all;
}

asio::awaitable<Servers::Connection> Servers::connect_to_urls(Attempt& attempt) {
    const auto servers = candidates();
    const auto role = servers.size() > 1 ? shared::RedisRole::master : shared::RedisRole::any;
    std::string problems;
    for (std::size_t i = 0; i < servers.size() && !attempt.is_given_up(); ++i) {
        const auto address = servers[i].address();
        auto peer = known({servers[i], settings_.password, role});
        auto dialed = co_await dial(std::move(peer), *tls_, attempt);
        note(dialed, address);
        if (dialed.stream) {
            begin_at(address);
            settle_on(address, problems);
            co_return Connection{std::move(*dialed.stream), address};
        }
        add(problems, address + ": " + dialed.problem);
    }
    throw Error(Error::Kind::connection, problems);
}

asio::awaitable<Servers::Connection> Servers::connect_to(std::string node, Attempt& attempt) {
    const auto found = std::ranges::find(cluster_.nodes(), node, &shared::RedisUrl::address);
    if (found == cluster_.nodes().end())
        throw Error(Error::Kind::connection, node + " is no node of the cluster any more");
    auto peer = known(node_at(*found));
    auto dialed = co_await dial(std::move(peer), *tls_, attempt);
    note(dialed, node);
    if (!dialed.stream)
        throw Error(Error::Kind::connection, node + ", a node of the cluster: " + dialed.problem);
    co_return Connection{std::move(*dialed.stream), node};
}

// A server that several Sentinels name is tried once.
asio::awaitable<Servers::Connection> Servers::connect_through_sentinels(Attempt& attempt) {
    const auto count = settings_.sentinels.size();
    std::string problems;
    std::set<std::string> tried;
    const auto begin = first_;
    for (std::size_t i = 0; i < count && !attempt.is_given_up(); ++i) {
        const auto index = (begin + i) % count;
        const auto sentinel_address = settings_.sentinels[index].address();
        const auto name = "Sentinel at " + sentinel_address;
        const auto found = co_await ask_sentinel(known(sentinel(index)), settings_.master, *tls_, attempt);
        note_name(sentinel_address, found.may_set_name);
        if (!found.url) {
            add(problems, name + ": " + found.problem);
            continue;
        }
        const auto address = found.url->address();
        if (!tried.insert(address).second) continue;
        auto dialed = co_await dial(known(master_at(*found.url)), *tls_, attempt);
        note(dialed, address);
        if (dialed.stream) {
            first_ = index;
            settle_on(address, problems);
            co_return Connection{std::move(*dialed.stream), address};
        }
        add(problems, fmt::format("{}, the master according to {}: {}", address, name, dialed.problem));
    }
    throw Error(Error::Kind::connection, problems);
}

Peer Servers::known(Peer peer) const {
    peer.wants_name = !nameless_.contains(peer.url.address());
    return peer;
}

void Servers::note_name(const std::string& server, bool may_set_name) {
    if (!may_set_name) nameless_.insert(server);
}

void Servers::note(const Dialed& dialed, const std::string& server) {
    note_name(server, dialed.may_set_name);
    if (dialed.is_of_cluster) cluster_.note();
}

Peer Servers::sentinel(std::size_t index) const {
    Peer peer{settings_.sentinels[index], settings_.sentinel_password, shared::RedisRole::any};
    peer.url.user = settings_.sentinel_user;
    return peer;
}

Peer Servers::master_at(const shared::RedisUrl& found) const {
    Peer peer{found, settings_.password, shared::RedisRole::master};
    peer.url.tls = settings_.sentinels.front().tls;
    peer.url.user = settings_.user;
    peer.url.database = settings_.database;
    return peer;
}

// A node that still loads its data is passed over: another one tells where the key is meanwhile.
Peer Servers::node_at(const shared::RedisUrl& found) const {
    if (!settings_.sentinels.empty()) return master_at(found);
    auto node = settings_.urls.front();
    node.socket_path.clear();
    node.host = found.host;
    node.port = found.port;
    return {std::move(node), settings_.password, shared::RedisRole::master};
}

void Servers::begin_at(const std::string& server) {
    const auto found = std::ranges::find(settings_.urls, server, &shared::RedisUrl::address);
    if (found != settings_.urls.end()) first_ = static_cast<std::size_t>(found - settings_.urls.begin());
}

void Servers::settle_on(const std::string& server, const std::string& problems) {
    if (!problems.empty())
        limited_log_.warn(problems, fmt::format("Redis: {}; going on with {}", problems, server));
    if (cluster_.is_known()) return;
    const auto former = std::exchange(master_, server);
    if (former == server) return;
    if (!former.empty()) spdlog::warn("Redis: the master is now {}, it was {}", server, former);
    for (auto* const watcher : watchers_) watcher->on_master(server);
}

void Servers::leave(const std::string& server) {
    if (settings_.urls.size() > 1 && settings_.urls[first_].address() == server)
        first_ = (first_ + 1) % settings_.urls.size();
}

std::string Servers::describe() const {
    if (!settings_.sentinels.empty())
        return fmt::format("the master '{}' of the Sentinels at {}", settings_.master,
                           addresses(settings_.sentinels));
    if (settings_.urls.size() > 1) return "the master of " + addresses(settings_.urls);
    return addresses(settings_.urls);
}

}  // namespace redis
