#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "ngx_module/event.hpp"
#include "ngx_module/redis/link.hpp"
#include "ngx_module/store/waiting_webhooks.hpp"

namespace edge::store {

// Stores a worker's webhooks in the streams of one Redis, over one pipelined connection: WaitingWebhooks in
// nginx's event loop.
class WebhookStore final : WaitingWebhooks::Loop {
public:
    explicit WebhookStore(redis::ReplicationSet set);

    const redis::ReplicationSet& set() const { return link_.set(); }

    // In the worker. `last_servers` lives as long as the worker.
    void start(redis::LastServers& last_servers) { link_.start(last_servers); }
    void stop();  // the worker exits: tells nobody

    // Why a webhook cannot be taken now, nothing when it can. While the first connection is being made, or
    // the one after a good one, webhooks are taken and wait for it.
    std::optional<Result> refusal(std::size_t max_inflight) { return webhooks_.refusal(max_inflight); }

    // Only when there is no refusal(). The body must stay where it is until the observer is told or leaves.
    PendingEntry& store(const shared::XaddHead& head, std::span<const std::string_view> body,
                        Observer& observer, metrics::ConnectorMetrics& metrics) {
        return webhooks_.store(head, body, observer, metrics);
    }

    // The request is gone. Its entry is stored all the same; nobody is told.
    void leave(PendingEntry& pending) noexcept { webhooks_.leave(pending); }

private:
    template <auto Method>
    static void call(void* store) noexcept;

    Clock::time_point now() const override { return Clock::now(); }
    void flush_soon() override { flush_.post(); }
    void start_deadline(Clock::duration delay) noexcept override { deadline_.start(as_msec(delay)); }
    void stop_deadline() noexcept override { deadline_.stop(); }
    bool deadline_runs() const noexcept override { return deadline_.running(); }

    redis::Link link_;
    WaitingWebhooks webhooks_;
    Posted flush_;
    // A worker that shuts down waits for this timer: without it the worker would leave, and drop requests
    // whose entries are being stored.
    Timer deadline_;
};

}  // namespace edge::store
