#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ngx_module/store/node_store.hpp"
#include "ngx_module/store/stream_routes.hpp"

namespace edge::store {

// Stores a worker's webhooks in the streams of one Redis, over one connection to the configured servers; of a
// cluster, over one more to each node that has some of the streams. Which those are the nodes tell, each time
// that the wrong one is asked.
class WebhookStore final : WaitingWebhooks::Elsewhere {
public:
    explicit WebhookStore(redis::ReplicationSet set) : configured_(std::move(set), *this) {}

    const redis::ReplicationSet& set() const { return configured_.set(); }

    // In the worker. `last_servers` lives as long as the worker.
    void start(redis::LastServers& last_servers);
    void stop();  // the worker exits: tells nobody

    // Why a webhook for this stream cannot be taken now, nothing when it can. While the first connection is
    // being made, or the one after a good one, webhooks are taken and wait for it.
    std::optional<Result> refusal(std::string_view stream, std::size_t max_inflight);

    // Only when there is no refusal(). The body must stay where it is until the observer is told or leaves.
    PendingEntry& store(const shared::XaddHead& head, std::span<const std::string_view> body,
                        Observer& observer, metrics::ConnectorMetrics& metrics) {
        return node_for(head.stream).webhooks().store(head, body, observer, metrics);
    }

    // The request is gone. Its entry is stored all the same; nobody is told.
    void leave(PendingEntry& pending) noexcept;

private:
    static constexpr std::size_t most_nodes = 64;  // that are kept though nothing is sent to them any more

    void forward(WaitingWebhooks& from, const shared::RedisRedirection& redirection) override;
    void on_gone(WaitingWebhooks& gone) override;

    NodeStore& node_for(std::string_view stream);
    NodeStore* node_at(const shared::RedisRedirection& redirection, const redis::Node& said_by);
    NodeStore& owner_of(const WaitingWebhooks& webhooks);
    NodeStore& add(redis::ReplicationSet set);
    std::size_t inflight();

    NodeStore configured_;
    std::vector<std::unique_ptr<NodeStore>> nodes_;  // of the cluster
    StreamRoutes<NodeStore> routes_;
    redis::LastServers* last_servers_ = nullptr;
};

}  // namespace edge::store
