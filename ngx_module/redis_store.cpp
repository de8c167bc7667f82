#include "ngx_module/redis_store.hpp"

#include <utility>

#include "ngx_module/catch_exceptions.hpp"
#include "ngx_module/redis_reply.hpp"
#include "shared/resp.hpp"

namespace edge {

template <auto Method>
void RedisStore::call(void* store) noexcept {
    auto& self = *static_cast<RedisStore*>(store);
    catch_exceptions([&] { (self.*Method)(); },
                     [&](const char* what) { self.link_.lose(what, Result::redis_unavailable); });
}

RedisStore::RedisStore(RedisSet set)
    : link_(std::move(set), *this),
      flush_(call<&RedisStore::flush>, this),
      deadline_(call<&RedisStore::on_deadline>, this, Timer::AtShutdown::worker_waits) {
    pieces_.reserve(RedisSocket::max_pieces);
}

void RedisStore::stop() {
    link_.stop();
    flush_.cancel();
    deadline_.stop();
    queue_.clear();
}

std::optional<Result> RedisStore::refusal(std::size_t max_inflight) {
    if (link_.promising() && queue_.size() < max_inflight) return std::nullopt;
    link_.count_not_stored();
    if (!link_.promising()) return Result::redis_unavailable;
    link_.complain("calendly_redis_max_inflight is reached");
    return Result::overload;
}

PendingStore& RedisStore::store(const shared::XaddHead& head, std::span<const std::string_view> body,
                                StoreObserver& observer, ConnectorMetrics& metrics) {
    PendingStore& pending = queue_.push(head, body, observer, metrics, Clock::now());
    worker_gauges().inflight.add(1);
    if (!deadline_.running()) deadline_.start(set().timeout);
    flush_.post();
    return pending;
}

void RedisStore::leave(PendingStore& pending) noexcept {
    pending.observer = nullptr;
    catch_exceptions([&] { pending.command.own_body(); },
                     [&](const char* what) { link_.lose(what, Result::redis_unavailable); });
}

void RedisStore::on_ready() {
    batch_.allow_transactions();
    flush();
}

void RedisStore::flush() {
    while (link_.writable()) {
        pieces_.clear();
        if (batch_.transactions_allowed()) queue_.make_batches();
        queue_.append_unsent(pieces_, RedisSocket::max_pieces);
        if (pieces_.empty()) return;
        queue_.advance(link_.send(pieces_));
    }
}

void RedisStore::on_reply(const redisReply& reply) {
    if (!batch_.under_way()) {
        if (!queue_.front_is_touched())
            return link_.lose("a reply that nobody asked for", Result::redis_error);
        batch_.begin(queue_.front_batch_size());
    }
    switch (batch_.on_reply(reply)) {
        case BatchReplies::Meaning::of_none:
            return look_at(reply);
        case BatchReplies::Meaning::of_the_first:
            return settle(reply);
        case BatchReplies::Meaning::of_each:
            return settle_batch(reply);
    }
}

// The reply to EXEC: an array of replies, or an error that all deliveries of the batch share.
void RedisStore::settle_batch(const redisReply& reply) {
    for (std::size_t i = 0; i < batch_.size() && link_.ready(); ++i)
        settle(i < reply.elements ? *reply.element[i] : reply);
}

void RedisStore::settle(const redisReply& reply) {
    if (!queue_.front_is_sent()) return link_.lose("a reply that nobody asked for", Result::redis_error);
    const auto waiter = take_front();
    if (is_stream_id(reply)) {
        link_.served();
        return tell_stored(waiter, shared::text(reply));
    }
    look_at(reply);
    tell_not_stored(waiter, Result::redis_error);
}

// A reply that stores nothing. Statuses are those of a transaction on its way.
void RedisStore::look_at(const redisReply& reply) {
    if (reply.type == REDIS_REPLY_STATUS && batch_.under_way()) return;
    const auto error = shared::error_for_log(reply);
    if (link_.master_is_elsewhere(error))
        link_.lose(error, Result::redis_error, RedisLink::Verdict::unsuitable);
    else
        link_.complain(error);
}

void RedisStore::on_lost(Result why) {
    batch_.forget();
    queue_.dissolve_batches();
    // What was sent, or a part of which was, cannot be sent again: it may be in the stream. The count: what
    // an observer makes us queue meanwhile belongs to the next connection.
    for (auto count = queue_.size(); count > 0 && !queue_.empty(); --count)
        if (!link_.promising() || queue_.front_is_touched()) tell_not_stored(take_front(), why);
}

void RedisStore::on_deadline() {
    const auto now = Clock::now();
    const auto timeout = std::chrono::milliseconds(set().timeout);
    for (auto next = queue_.begin(); next != queue_.end();) {
        const auto entry = next++;
        if (entry->late) continue;
        if (entry->since + timeout > now) return deadline_.start(as_msec(entry->since + timeout - now));
        if (link_.ready() && link_.heard_at() <= entry->since)
            return link_.lose("connected, but Redis does not answer", Result::redis_timeout);
        be_late(entry);
    }
}

void RedisStore::be_late(StoreQueue::Entries::iterator entry) {
    link_.complain("an acknowledgement came later than calendly_redis_timeout");
    const StoreQueue::Waiter waiter = StoreQueue::waiter_of(*entry);
    if (entry->batch_size == 0) {
        queue_.remove(entry);
    } else {
        entry->command.own_body();
        entry->observer = nullptr;
        entry->late = true;
    }
    tell_not_stored(waiter, Result::redis_timeout);
}

StoreQueue::Waiter RedisStore::take_front() {
    const auto waiter = queue_.remove(queue_.begin());
    if (queue_.empty()) deadline_.stop();
    return waiter;
}

// Counts what became of an entry, whether somebody still waits for it or not.
void RedisStore::tell_stored(const StoreQueue::Waiter& waiter, std::string_view stream_id) {
    if (waiter.late) return;
    worker_gauges().inflight.add(-1);
    waiter.metrics->count_accepted(link_.heard_at() - waiter.since);
    if (waiter.observer) waiter.observer->on_stored(stream_id);
}

void RedisStore::tell_not_stored(const StoreQueue::Waiter& waiter, Result why) {
    if (waiter.late) return;
    worker_gauges().inflight.add(-1);
    waiter.metrics->count_refused(why);
    link_.count_not_stored();
    if (waiter.observer) waiter.observer->on_not_stored(why);
}

}  // namespace edge
