#pragma once

#include "ngx_module/event.hpp"
#include "ngx_module/redis/link.hpp"
#include "ngx_module/store/waiting_webhooks.hpp"

namespace edge::store {

// Stores webhooks over one pipelined connection: WaitingWebhooks in nginx's event loop.
class NodeStore final : WaitingWebhooks::Loop {
public:
    NodeStore(redis::ReplicationSet set, WaitingWebhooks::Elsewhere& elsewhere);

    const redis::ReplicationSet& set() const { return link_.set(); }
    redis::Link& link() { return link_; }
    const redis::Link& link() const { return link_; }
    WaitingWebhooks& webhooks() { return webhooks_; }

    void start(redis::LastServers& last_servers) { link_.start(last_servers); }
    void stop();  // the worker exits: tells nobody

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
