#include "ngx_module/store/entry_pipeline.hpp"

#include <algorithm>
#include <iterator>
#include <new>

#include "shared/redis_trouble.hpp"
#include "shared/resp.hpp"

namespace edge::store {
namespace {

using Before = EntryCommand::Before;

// So many entries keep their memory for the next ones: enough for the usual busy moment. What a larger burst
// needed is given back.
constexpr std::size_t max_spare = 256;

bool is_error(const redisReply& reply) {
    return reply.type == REDIS_REPLY_ERROR;
}

// "NOPERM ..." or, of Redis 7, "EXECABORT Transaction discarded because of: NOPERM ...". That a command
// inside was forbidden is "EXECABORT Transaction discarded because of previous errors.":
// execCommandAbort(), https://github.com/redis/redis/blob/7.0/src/multi.c
bool forbids_exec(std::string_view error) {
    return error.find("NOPERM") != error.npos;
}

std::optional<shared::RedisRedirection> redirection_in(const redisReply& reply) {
    return is_error(reply) ? shared::redirection_in(shared::text(reply)) : std::nullopt;
}

}  // namespace

PendingEntry& EntryPipeline::push(const shared::XaddHead& head, std::span<const std::string_view> body,
                                  const Waiter& waiter) {
    if (spare_.empty()) spare_.emplace_back();
    PendingEntry& pending = spare_.front();
    pending.command.assign(head, body);
    pending.waiter = waiter;
    pending.stream = head.stream;
    pending.batched = pending.asks = false;
    pending.redirections = 0;
    waiting_.splice(waiting_.end(), spare_, spare_.begin());
    if (unsent_ == waiting_.end()) --unsent_;
    if (new_ == waiting_.end()) --new_;
    return pending;
}

void EntryPipeline::clear() {
    waiting_.clear();
    redirected_.clear();
    in_order_ = true;
    unsent_ = new_ = waiting_.end();
    replies_due_ = 0;
}

Waiter EntryPipeline::remove(Entries::iterator entry) {
    const Waiter waiter = entry->waiter;
    if (entry == unsent_) ++unsent_;
    if (entry == new_) ++new_;
    entry->command.clear();
    if (spare_.size() < max_spare)
        spare_.splice(spare_.begin(), waiting_, entry);
    else
        waiting_.erase(entry);
    if (waiting_.empty()) in_order_ = true;
    return waiter;
}

bool EntryPipeline::leave(PendingEntry& pending) noexcept {
    pending.waiter.observer = nullptr;
    try {
        pending.command.own_body();
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

void EntryPipeline::forget(const PendingEntry& pending) noexcept {
    const auto entry = std::ranges::find(waiting_, &pending, [](const auto& other) { return &other; });
    if (entry != waiting_.end()) remove(entry);
}

bool EntryPipeline::has(const PendingEntry& pending) const noexcept {
    return std::ranges::any_of(waiting_, [&](const auto& other) { return &other == &pending; });
}

// --- on the way to Redis

void EntryPipeline::make_batches() {
    while (new_ != waiting_.end()) {
        std::size_t size = 0, bytes = 0;
        const auto end = end_of_batch(size, bytes);
        make_batch(end, size, bytes);
    }
}

// ASKING is for one command.
EntryPipeline::Entries::iterator EntryPipeline::end_of_batch(std::size_t& size, std::size_t& bytes) const {
    auto end = new_;
    do {
        bytes += end->command.size();
        ++size;
        ++end;
    } while (end != waiting_.end() && size < max_batch && end->stream == new_->stream &&  //
             !new_->asks && !end->asks);
    return end;
}

// One batch of the `size` new entries before `end`, all of one stream: an entry that Redis refuses spoils its
// whole transaction, which must not hit another connector, and on a cluster two streams may lie on two
// servers.
void EntryPipeline::make_batch(Entries::iterator end, std::size_t size, std::size_t bytes) {
    const bool transaction = transactions_ && size > 1 && bytes > one_read;
    const auto first = new_;
    for (; new_ != end; ++new_) {
        new_->batched = true;
        new_->batch_size = 1;
        if (new_->asks) new_->command.wrap(Before::asking, false);
        if (transaction)
            new_->command.wrap(new_ == first ? Before::multi : Before::nothing, std::next(new_) == end);
    }
    if (transaction) first->batch_size = size;
}

void EntryPipeline::append_unsent(std::vector<std::string_view>& pieces, std::size_t room, Pace pace) {
    const bool all_are_answered = waiting_.begin() == new_;
    if (all_are_answered || pace == Pace::at_once) make_batches();
    const auto most = pieces.size() + room;
    for (auto entry = unsent_; entry != new_; ++entry)
        if (!entry->command.append_unsent(pieces, most - pieces.size())) return;
}

void EntryPipeline::advance(std::size_t sent) {
    while (sent > 0 && unsent_ != waiting_.end()) {
        sent = unsent_->command.advance(sent);
        if (unsent_->command.sent()) ++unsent_;
    }
}

// --- Redis's replies

bool EntryPipeline::begin_replies() {
    if (replies_due_ > 0) return true;
    if (waiting_.empty() || waiting_.front().command.untouched()) return false;
    batch_size_ = waiting_.front().batch_size;
    replies_due_ = batch_size_ == 1 ? (waiting_.front().asks ? 2 : 1) : batch_size_ + 2;
    refused_ = false;
    redirection_.reset();
    return true;
}

EntryPipeline::Reading EntryPipeline::on_reply(const redisReply& reply) {
    outcomes_.clear();
    if (!begin_replies()) return {{}, shared::reply_too_many};
    if (batch_size_ > 1) return on_transaction_reply(reply);
    return --replies_due_ > 0 ? remark(reply) : settle_front(reply);  // to ASKING, to the XADD
}

EntryPipeline::Reading EntryPipeline::on_transaction_reply(const redisReply& reply) {
    const auto due = replies_due_--;
    if (due == batch_size_ + 2) {  // to MULTI
        refused_ = is_error(reply);
        if (refused_) transactions_ = false;
        return remark(reply);
    }
    if (due == 1) return refused_ ? Reading{} : settle_batch(reply);  // to EXEC
    return refused_ ? settle_front(reply) : remark(reply);            // to an XADD
}

// That another node has the stream explains the EXECABORT that follows, and is no trouble.
EntryPipeline::Reading EntryPipeline::remark(const redisReply& reply) {
    if (auto redirection = redirection_in(reply))
        redirection_ = std::move(redirection);
    else if (is_error(reply))
        outcomes_.push_back({&reply, false, {}});
    return {outcomes_, {}};
}

EntryPipeline::Reading EntryPipeline::settle_front(const redisReply& reply) {
    auto redirection = redirection_in(reply);
    if (redirection && redirect_front()) return {outcomes_, {}, std::move(redirection)};
    const bool asked = take_front(reply);
    return {outcomes_, asked ? std::string_view() : shared::reply_too_many};
}

// The reply to EXEC: an array of replies, or an error that all deliveries of the batch share. After an error
// nothing was carried out.
EntryPipeline::Reading EntryPipeline::settle_batch(const redisReply& reply) {
    if (auto own = redirection_in(reply)) redirection_ = std::move(own);  // the slot left after the last XADD
    const bool elsewhere = is_error(reply) && redirection_;
    std::string_view problem;
    for (std::size_t i = 0; i < batch_size_ && problem.empty(); ++i) {
        if (elsewhere && redirect_front()) continue;
        if (!take_front(i < reply.elements ? *reply.element[i] : reply)) problem = shared::reply_too_many;
    }
    if (!redirected_.empty()) return {outcomes_, problem, redirection_};
    if (!problem.empty()) return {outcomes_, problem};
    if (!is_error(reply) || !forbids_exec(shared::text(reply))) return {outcomes_, {}};
    transactions_ = false;
    return {outcomes_, "the user may MULTI but not EXEC: allow +multi +exec, or none of them"};
}

bool EntryPipeline::take_front(const redisReply& reply) {
    if (waiting_.empty() || !waiting_.front().command.sent()) return false;
    outcomes_.push_back({&reply, true, remove(waiting_.begin())});
    return true;
}

// --- entries for another node

// False when it stays where it is, to be settled: nobody waits for it any more, or the nodes send it about.
bool EntryPipeline::redirect_front() {
    if (waiting_.empty()) return false;
    auto& front = waiting_.front();
    const bool has_body = front.waiter.observer || front.command.owns_body();
    if (!front.command.sent() || !front.waiter.metrics || !has_body) return false;
    if (++front.redirections > most_redirections) return false;
    front.command.begin_anew();
    front.batched = front.asks = false;
    redirected_.splice(redirected_.end(), waiting_, waiting_.begin());
    if (waiting_.empty()) in_order_ = true;
    return true;
}

std::string_view EntryPipeline::redirected_stream() const {
    return redirected_.empty() ? std::string_view() : redirected_.front().stream;
}

void EntryPipeline::adopt(EntryPipeline& other, bool asks) {
    auto& entries = other.redirected_;
    if (entries.empty()) return;
    for (auto& entry : entries) entry.asks = asks;
    const auto first = entries.begin();
    in_order_ = in_order_ && waiting_.empty();
    waiting_.splice(waiting_.end(), entries);
    if (unsent_ == waiting_.end()) unsent_ = first;
    if (new_ == waiting_.end()) new_ = first;
}

// --- replies that are late, or never come

std::optional<Clock::time_point> EntryPipeline::oldest() const {
    std::optional<Clock::time_point> oldest;
    for (const auto& entry : waiting_) {
        if (!entry.waiter.metrics) continue;
        oldest = std::min(oldest.value_or(entry.waiter.since), entry.waiter.since);
        if (in_order_) break;
    }
    return oldest;
}

std::vector<Waiter> EntryPipeline::make_late(Clock::time_point limit) {
    const auto is_in_time = [&](const auto& entry) { return entry.waiter.since > limit; };
    const auto end = in_order_ ? std::ranges::find_if(waiting_, is_in_time) : waiting_.end();
    std::vector<Waiter> late;
    // What may fail for want of memory comes first, so that nobody is forgotten who was not told.
    late.reserve(static_cast<std::size_t>(std::distance(waiting_.begin(), end)));
    for (auto entry = waiting_.begin(); entry != end; ++entry)
        if (entry->waiter.metrics && entry->batched && !is_in_time(*entry)) entry->command.own_body();
    for (auto next = waiting_.begin(); next != end;) {
        const auto entry = next++;
        if (!entry->waiter.metrics || is_in_time(*entry)) continue;
        late.push_back(entry->waiter);
        if (entry->batched)
            entry->waiter = {.since = entry->waiter.since};
        else
            remove(entry);
    }
    return late;
}

void EntryPipeline::begin_anew() {
    replies_due_ = 0;
    new_ = std::ranges::find_if(waiting_, [](const auto& entry) { return entry.command.untouched(); });
    for (auto entry = new_; entry != waiting_.end(); ++entry) {
        entry->command.wrap(Before::nothing, false);
        entry->batched = false;
    }
}

std::optional<Waiter> EntryPipeline::give_up(bool all) {
    if (waiting_.empty()) return std::nullopt;
    const bool may_wait = waiting_.front().command.untouched() && waiting_.front().waiter.metrics;
    if (may_wait && !all) return std::nullopt;
    return remove(waiting_.begin());
}

}  // namespace edge::store
