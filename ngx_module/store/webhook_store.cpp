#include "ngx_module/store/webhook_store.hpp"

#include <algorithm>

namespace edge::store {

void WebhookStore::start(redis::LastServers& last_servers) {
    last_servers_ = &last_servers;
    configured_.start(last_servers);
}

void WebhookStore::stop() {
    configured_.stop();
    for (const auto& node : nodes_) node->stop();
}

std::size_t WebhookStore::inflight() {
    auto count = configured_.webhooks().size();
    for (const auto& node : nodes_) count += node->webhooks().size();
    return count;
}

std::optional<Result> WebhookStore::refusal(std::string_view stream, std::size_t max_inflight) {
    return node_for(stream).webhooks().refusal(inflight(), max_inflight);
}

// Where nobody has told, any node will do: it names the right one.
NodeStore& WebhookStore::node_for(std::string_view stream) {
    if (auto* const node = routes_.of(stream)) return *node;
    if (nodes_.empty() || configured_.link().promising()) return configured_;
    const auto ready = std::ranges::find_if(nodes_, [](const auto& node) { return node->link().ready(); });
    return ready == nodes_.end() ? configured_ : **ready;
}

// What all nodes have in common is said to one of them.
void WebhookStore::leave(PendingEntry& pending) noexcept {
    if (EntryPipeline::leave(pending)) return;
    configured_.webhooks().forget(pending);
    for (const auto& node : nodes_) node->webhooks().forget(pending);
}

// --- a cluster

NodeStore& WebhookStore::owner_of(const WaitingWebhooks& webhooks) {
    const auto found =
        std::ranges::find_if(nodes_, [&](const auto& node) { return &node->webhooks() == &webhooks; });
    return found == nodes_.end() ? configured_ : **found;
}

void WebhookStore::forward(WaitingWebhooks& from, const shared::RedisRedirection& redirection) {
    auto& source = owner_of(from);
    const auto stream = from.redirected_stream();
    NodeStore* const target = node_at(redirection, source.link().server());
    if (!target) {
        source.link().complain("a node of its cluster is called " + redirection.host +
                               ": name it in calendly_redis, too, so that its address is known");
        return from.adopt(from, false);  // until they have been sent about often enough
    }
    if (target == &configured_)
        routes_.forget(stream);
    else if (!redirection.asks)
        routes_.set(stream, *target);
    target->webhooks().adopt(from, redirection.asks);
}

// Null when its address is not known.
NodeStore* WebhookStore::node_at(const shared::RedisRedirection& redirection, const redis::Node& said_by) {
    auto set = redis::set_of_node(configured_.set(), redirection, said_by);
    if (!set) return nullptr;
    const auto& named = set->nodes.front();
    const auto is_it = [&](const redis::Node& node) {
        return node.host == named.host && node.port == named.port;
    };
    if (configured_.link().ready() && is_it(configured_.link().server())) return &configured_;
    const auto found =
        std::ranges::find_if(nodes_, [&](const auto& node) { return is_it(node->link().server()); });
    auto& node = found == nodes_.end() ? add(std::move(*set)) : **found;
    node.start(*last_servers_);  // it may have been given up
    return &node;
}

NodeStore& WebhookStore::add(redis::ReplicationSet set) {
    if (nodes_.size() >= most_nodes)
        std::erase_if(nodes_, [](const auto& node) {
            return !node->link().promising() && node->webhooks().size() == 0;
        });
    WaitingWebhooks::Elsewhere& others = *this;
    return *nodes_.emplace_back(std::make_unique<NodeStore>(std::move(set), others));
}

// A node that cannot be reached is not tried again before another one names it.
void WebhookStore::on_gone(WaitingWebhooks& gone) {
    auto& node = owner_of(gone);
    if (&node == &configured_) return;
    routes_.forget(node);
    if (!node.link().promising()) node.link().stop();
}

}  // namespace edge::store
