#include "ngx_module/store/webhook_store.hpp"

#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/store/entry_command.hpp"
#include "shared/redis_trouble.hpp"
#include "shared/resp.hpp"

namespace edge::store {
namespace {

// An acknowledgement that took longer means that Redis waits for its disk. Then the next batch is held until
// this one is acknowledged: Redis gets all that came meanwhile in one piece and waits once for it.
constexpr std::chrono::milliseconds slow_answer{1};

}  // namespace

template <auto Method>
void WebhookStore::call(void* store) noexcept {
    auto& self = *static_cast<WebhookStore*>(store);
    catch_exceptions([&] { (self.*Method)(); }, [&](const char* what) { self.link_.lose({what}); });
}

WebhookStore::WebhookStore(redis::ReplicationSet set)
    : link_(std::move(set), *this),
      flush_(call<&WebhookStore::flush>, this),
      deadline_(call<&WebhookStore::check_deadlines>, this, Timer::AtShutdown::worker_waits) {
    pieces_.reserve(redis::Socket::max_pieces);
}

void WebhookStore::stop() {
    link_.stop();
    flush_.cancel();
    deadline_.stop();
    pipeline_.clear();
}

std::optional<Result> WebhookStore::refusal(std::size_t max_inflight) {
    if (link_.promising() && pipeline_.size() < max_inflight) return std::nullopt;
    link_.count_not_stored();
    if (!link_.promising()) return Result::redis_unavailable;
    link_.complain("calendly_redis_max_inflight is reached: as many webhooks wait for Redis, more get 503");
    return Result::overload;
}

PendingEntry& WebhookStore::store(const shared::XaddHead& head, std::span<const std::string_view> body,
                                  Observer& observer, metrics::ConnectorMetrics& metrics) {
    PendingEntry& pending = pipeline_.push(head, body, {&observer, &metrics, Clock::now()});
    metrics::worker_gauges().inflight.add(1);
    if (!deadline_.running()) deadline_.start(set().timeout);
    flush_.post();
    return pending;
}

void WebhookStore::leave(PendingEntry& pending) noexcept {
    if (pipeline_.leave(pending)) return;
    link_.lose({"no memory to keep the body of a webhook whose client left"});
    pipeline_.forget(pending);
}

void WebhookStore::flush() {
    while (link_.writable()) {
        pieces_.clear();
        pipeline_.append_unsent(pieces_, redis::Socket::max_pieces, pace_);
        if (pieces_.empty()) return;
        const auto sent = link_.send(pieces_);
        if (sent == 0) return;
        pipeline_.advance(sent);
    }
}

void WebhookStore::on_reply(const redisReply& reply) {
    const auto reading = pipeline_.on_reply(reply);
    if (pipeline_.empty()) deadline_.stop();
    for (const auto& outcome : reading.outcomes) settle(outcome);
    if (pipeline_.holds_back()) flush_.post();
    if (!reading.problem.empty()) link_.lose({reading.problem, Result::redis_error});
}

void WebhookStore::settle(const EntryPipeline::Outcome& outcome) {
    if (outcome.settles && is_stream_id(*outcome.reply)) {
        link_.served();
        const bool slow = link_.heard_at() - outcome.waiter.since > slow_answer;
        pace_ = slow ? EntryPipeline::Pace::one_by_one : EntryPipeline::Pace::at_once;
        return tell_stored(outcome.waiter, shared::text(*outcome.reply));
    }
    look_at_error(*outcome.reply);
    if (outcome.settles) tell_not_stored(outcome.waiter, Result::redis_error);
}

void WebhookStore::look_at_error(const redisReply& reply) {
    const auto error = shared::error_for_log(reply);
    if (link_.ready() && link_.master_is_elsewhere(error))
        link_.lose({error, Result::redis_error, redis::Verdict::unsuitable});
    else
        link_.complain(error);
}

void WebhookStore::on_lost(Result why) {
    pipeline_.begin_anew();
    // No more than are here now: a request that is told may queue another one, which belongs to the next
    // connection.
    for (auto count = pipeline_.size(); count > 0; --count) {
        const auto waiter = pipeline_.give_up(!link_.promising());
        if (!waiter) break;
        tell_not_stored(*waiter, why);
    }
    if (pipeline_.empty()) deadline_.stop();
}

redis::Expectation WebhookStore::expectation() const {
    if (pipeline_.empty()) return redis::Expectation::nothing;
    return pipeline_.oldest() ? redis::Expectation::replies : redis::Expectation::late_replies;
}

void WebhookStore::check_deadlines() {
    const auto now = Clock::now();
    const auto limit = now - std::chrono::milliseconds(set().timeout);
    if (const auto oldest = pipeline_.oldest(); oldest && *oldest <= limit) {
        if (link_.ready() && link_.heard_at() <= limit)
            return link_.lose({shared::redis_is_silent(shared::RedisStage::greeting), Result::redis_timeout});
        link_.complain(
            "no acknowledgement within calendly_redis_timeout: the webhook got 503, and Calendly sends it "
            "again");
        for (const auto& waiter : pipeline_.make_late(limit)) tell_not_stored(waiter, Result::redis_timeout);
    }
    if (const auto oldest = pipeline_.oldest()) deadline_.start(as_msec(*oldest - limit));
}

// An entry is counted once, whether its request still waits or is gone.
void WebhookStore::tell_stored(const Waiter& waiter, std::string_view stream_id) {
    if (!waiter.metrics) return;
    metrics::worker_gauges().inflight.add(-1);
    waiter.metrics->count_accepted(link_.heard_at() - waiter.since);
    if (waiter.observer) waiter.observer->on_stored(stream_id);
}

void WebhookStore::tell_not_stored(const Waiter& waiter, Result why) {
    if (!waiter.metrics) return;
    metrics::worker_gauges().inflight.add(-1);
    waiter.metrics->count_refused(why);
    link_.count_not_stored();
    if (waiter.observer) waiter.observer->on_not_stored(why);
}

}  // namespace edge::store
