#include "ngx_module/store/waiting_webhooks.hpp"

#include <algorithm>

#include "ngx_module/store/entry_command.hpp"
#include "shared/redis_trouble.hpp"
#include "shared/resp.hpp"

namespace edge::store {
namespace {

// An acknowledgement that took longer means that Redis waits for its disk. Then the next batch is held until
// this one is acknowledged: Redis gets all that came meanwhile in one piece and waits once for it.
constexpr std::chrono::milliseconds slow_answer{1};

constexpr std::string_view too_late =
    "no acknowledgement within calendly_redis_timeout: the webhook got 503, and Calendly sends it again";

}  // namespace

// The deadline is right again however a function ends: by returning early, at its end, or by throwing.
class WaitingWebhooks::Watch {
public:
    explicit Watch(WaitingWebhooks& webhooks) : webhooks_(webhooks) {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { webhooks_.watch_deadline(); }

private:
    WaitingWebhooks& webhooks_;
};

WaitingWebhooks::WaitingWebhooks(redis::Connection& connection, Loop& loop, Elsewhere& elsewhere,
                                 Clock::duration timeout)
    : connection_(connection), loop_(loop), elsewhere_(elsewhere), timeout_(timeout) {
    pieces_.reserve(redis::Connection::max_pieces);
}

// As long as somebody waits to be told, the deadline runs, and ends when the time of the oldest is up.
void WaitingWebhooks::watch_deadline() noexcept {
    const auto oldest = pipeline_.oldest();
    if (!oldest) return loop_.stop_deadline();
    loop_.start_deadline(std::max(*oldest + timeout_ - loop_.now(), Clock::duration::zero()));
}

// --- the requests

std::optional<Result> WaitingWebhooks::refusal(std::size_t inflight, std::size_t max_inflight) {
    if (connection_.promising() && inflight < max_inflight) return std::nullopt;
    connection_.count_not_stored();
    if (!connection_.promising()) return Result::redis_unavailable;
    connection_.complain(
        "calendly_redis_max_inflight is reached: as many webhooks wait for Redis, more get 503");
    return Result::overload;
}

PendingEntry& WaitingWebhooks::store(const shared::XaddHead& head, std::span<const std::string_view> body,
                                     Observer& observer, metrics::ConnectorMetrics& metrics) {
    PendingEntry& pending = pipeline_.push(head, body, {&observer, &metrics, loop_.now()});
    metrics::worker_gauges().inflight.add(1);
    if (!loop_.deadline_runs()) watch_deadline();
    loop_.flush_soon();
    return pending;
}

void WaitingWebhooks::forget(const PendingEntry& pending) noexcept {
    if (!pipeline_.has(pending)) return;
    connection_.lose({"no memory to keep the body of a webhook whose client left"});
    pipeline_.forget(pending);
}

// --- the connection

void WaitingWebhooks::flush() {
    while (connection_.writable()) {
        pieces_.clear();
        pipeline_.append_unsent(pieces_, redis::Connection::max_pieces, pace_);
        if (pieces_.empty()) return;
        const auto sent = connection_.send(pieces_);
        if (sent == 0) return;
        pipeline_.advance(sent);
    }
}

void WaitingWebhooks::on_reply(const redisReply& reply) {
    const auto reading = pipeline_.on_reply(reply);
    if (pipeline_.empty()) loop_.stop_deadline();
    for (const auto& outcome : reading.outcomes) settle(outcome);
    if (reading.redirection) forward(*reading.redirection);
    if (pipeline_.holds_back()) loop_.flush_soon();
    if (!reading.problem.empty()) connection_.lose({reading.problem, Result::redis_error});
}

void WaitingWebhooks::forward(const shared::RedisRedirection& redirection) {
    const Watch watch(*this);
    connection_.served();
    elsewhere_.forward(*this, redirection);
}

void WaitingWebhooks::adopt(WaitingWebhooks& from, bool asks) {
    const Watch watch(*this);
    pipeline_.adopt(from.pipeline_, asks);
    if (!connection_.promising()) return give_up(Result::redis_unavailable);
    loop_.flush_soon();
}

void WaitingWebhooks::settle(const EntryPipeline::Outcome& outcome) {
    if (outcome.settles && is_stream_id(*outcome.reply)) {
        connection_.served();
        const bool slow = connection_.heard_at() - outcome.waiter.since > slow_answer;
        pace_ = slow ? EntryPipeline::Pace::one_by_one : EntryPipeline::Pace::at_once;
        return tell_stored(outcome.waiter, shared::text(*outcome.reply));
    }
    look_at_error(*outcome.reply);
    if (outcome.settles) tell_not_stored(outcome.waiter, Result::redis_error);
}

void WaitingWebhooks::look_at_error(const redisReply& reply) {
    auto error = shared::error_for_log(reply);
    if (shared::forbids_asking(error)) error.append(": ").append(shared::allow_asking);
    if (shared::cluster_is_not_ready(error)) elsewhere_.on_gone(*this);
    if (connection_.ready() && connection_.master_is_elsewhere(error))
        connection_.lose({error, Result::redis_error, redis::Verdict::unsuitable});
    else
        connection_.complain(error);
}

void WaitingWebhooks::on_lost(Result why) {
    const Watch watch(*this);
    give_up(why);
    elsewhere_.on_gone(*this);
}

void WaitingWebhooks::give_up(Result why) {
    pipeline_.begin_anew();
    // No more than are here now: a request that is told may queue another one, which belongs to the next
    // connection.
    for (auto count = pipeline_.size(); count > 0; --count) {
        const auto waiter = pipeline_.give_up(!connection_.promising());
        if (!waiter) break;
        tell_not_stored(*waiter, why);
    }
}

redis::Expectation WaitingWebhooks::expectation() const {
    if (pipeline_.empty()) return redis::Expectation::nothing;
    return pipeline_.oldest() ? redis::Expectation::replies : redis::Expectation::late_replies;
}

// --- the deadline

void WaitingWebhooks::check_deadlines() {
    const Watch watch(*this);
    const auto limit = loop_.now() - timeout_;
    const auto oldest = pipeline_.oldest();
    if (!oldest || *oldest > limit) return;
    if (connection_.ready() && connection_.heard_at() <= limit)
        connection_.lose({shared::redis_is_silent(shared::RedisStage::greeting), Result::redis_timeout});
    else
        connection_.complain(too_late);
    // Of those, too, that were not sent and so outlived the connection.
    for (const auto& waiter : pipeline_.make_late(limit)) tell_not_stored(waiter, Result::redis_timeout);
}

// An entry is counted once, whether its request still waits or is gone.
void WaitingWebhooks::tell_stored(const Waiter& waiter, std::string_view stream_id) {
    if (!waiter.metrics) return;
    metrics::worker_gauges().inflight.add(-1);
    waiter.metrics->count_accepted(connection_.heard_at() - waiter.since);
    if (waiter.observer) waiter.observer->on_stored(stream_id);
}

void WaitingWebhooks::tell_not_stored(const Waiter& waiter, Result why) {
    if (!waiter.metrics) return;
    metrics::worker_gauges().inflight.add(-1);
    waiter.metrics->count_refused(why);
    connection_.count_not_stored();
    if (waiter.observer) waiter.observer->on_not_stored(why);
}

}  // namespace edge::store
