#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ngx_module/event.hpp"
#include "ngx_module/redis/link.hpp"
#include "ngx_module/store/entry_pipeline.hpp"

namespace edge::store {

// Stores a worker's webhooks in the streams of one Redis, over one pipelined connection. What comes during
// one turn of nginx's event loop leaves together.
class WebhookStore final : redis::Link::Owner {
public:
    explicit WebhookStore(redis::ReplicationSet set);

    const redis::ReplicationSet& set() const { return link_.set(); }

    // In the worker. `last_servers` lives as long as the worker.
    void start(redis::LastServers& last_servers) { link_.start(last_servers); }
    void stop();  // the worker exits: tells nobody

    // Why a webhook cannot be taken now, nothing when it can. While the first connection is being made, or
    // the one after a good one, webhooks are taken and wait for it.
    std::optional<Result> refusal(std::size_t max_inflight);

    // Only when there is no refusal(). The body must stay where it is until the observer is told or leaves.
    PendingEntry& store(const shared::XaddHead& head, std::span<const std::string_view> body,
                        Observer& observer, metrics::ConnectorMetrics& metrics);

    // The request is gone. Its entry is stored all the same; nobody is told.
    void leave(PendingEntry& pending) noexcept;

private:
    template <auto Method>
    static void call(void* store) noexcept;

    void on_ready() override { flush(); }
    void on_reply(const redisReply& reply) override;
    void on_writable() override { flush(); }
    void on_lost(Result why) override;
    redis::Expectation expectation() const override;

    void flush();
    void settle(const EntryPipeline::Outcome& outcome);
    void look_at_error(const redisReply& reply);
    void check_deadlines();
    void tell_stored(const Waiter& waiter, std::string_view stream_id);
    void tell_not_stored(const Waiter& waiter, Result why);

    redis::Link link_;
    EntryPipeline pipeline_;
    EntryPipeline::Pace pace_ = EntryPipeline::Pace::at_once;
    std::vector<std::string_view> pieces_;  // of flush(), kept for its memory
    Posted flush_;
    // A worker that shuts down waits for this timer: without it the worker would leave, and drop requests
    // whose entries are being stored.
    Timer deadline_;
};

}  // namespace edge::store
