// What becomes of webhooks that wait for Redis: the rules of webhook_store, without nginx.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ngx_module/redis/connection.hpp"
#include "ngx_module/store/entry_pipeline.hpp"

namespace edge::store {

// Sends them over the connection, tells each what Redis said, or that its time is up. What comes during one
// turn of the event loop leaves together.
class WaitingWebhooks final : public redis::Connection::Owner {
public:
    // The event loop's part.
    class Loop {
    public:
        virtual Clock::time_point now() const = 0;
        virtual void flush_soon() = 0;  // flush() at the end of this turn
        // check_deadlines() then. A worker that shuts down waits for it.
        virtual void start_deadline(Clock::duration delay) noexcept = 0;  // anew when it runs already
        virtual void stop_deadline() noexcept = 0;
        virtual bool deadline_runs() const noexcept = 0;

    protected:
        ~Loop() = default;
    };

    // The others, where Redis is a cluster.
    class Elsewhere {
    public:
        // Has the entries that pipeline.on_reply() redirected adopted by the one for that node.
        virtual void forward(WaitingWebhooks& from, const shared::RedisRedirection& redirection) = 0;
        // This one's node is not there, or not what it was.
        virtual void on_gone(WaitingWebhooks& gone) = 0;

    protected:
        ~Elsewhere() = default;
    };

    WaitingWebhooks(redis::Connection& connection, Loop& loop, Elsewhere& elsewhere, Clock::duration timeout);

    // See WebhookStore. `inflight`: of all in this worker.
    std::optional<Result> refusal(std::size_t inflight, std::size_t max_inflight);
    PendingEntry& store(const shared::XaddHead& head, std::span<const std::string_view> body,
                        Observer& observer, metrics::ConnectorMetrics& metrics);
    // There is no memory to keep the entry: if it is here, the connection is given up.
    void forget(const PendingEntry& pending) noexcept;
    void forget_all() { pipeline_.clear(); }

    std::size_t size() const { return pipeline_.size(); }
    std::string_view redirected_stream() const { return pipeline_.redirected_stream(); }
    // Takes the entries that `from` was told to send here. They keep their deadlines.
    void adopt(WaitingWebhooks& from, bool asks);

    // Since when the oldest waits to be told; nothing when nobody does.
    std::optional<Clock::time_point> oldest() const { return pipeline_.oldest(); }

    void flush();
    void check_deadlines();

    void on_ready() override { flush(); }
    void on_reply(const redisReply& reply) override;
    void on_writable() override { flush(); }
    void on_lost(Result why) override;
    redis::Expectation expectation() const override;

private:
    class Watch;

    void watch_deadline() noexcept;
    void forward(const shared::RedisRedirection& redirection);
    void give_up(Result why);
    void settle(const EntryPipeline::Outcome& outcome);
    void look_at_error(const redisReply& reply);
    void tell_stored(const Waiter& waiter, std::string_view stream_id);
    void tell_not_stored(const Waiter& waiter, Result why);

    redis::Connection& connection_;
    Loop& loop_;
    Elsewhere& elsewhere_;
    const Clock::duration timeout_;
    EntryPipeline pipeline_;
    EntryPipeline::Pace pace_ = EntryPipeline::Pace::at_once;
    std::vector<std::string_view> pieces_;  // of flush(), kept for its memory
};

}  // namespace edge::store
