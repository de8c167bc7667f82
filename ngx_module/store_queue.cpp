#include "ngx_module/store_queue.hpp"

#include <iterator>
#include <utility>

namespace edge {
namespace {

// Enough for the busiest moments of a worker; what a burst needed beyond goes back to the system.
constexpr std::size_t max_spare = 256;

// PROTO_IOBUF_LEN of Redis: https://github.com/redis/redis/blob/7.0/src/server.h
constexpr std::size_t one_read = 16 * 1024;

}  // namespace

PendingStore& StoreQueue::push(const shared::XaddHead& head, std::span<const std::string_view> body,
                               StoreObserver& observer, ConnectorMetrics& metrics, Clock::time_point now) {
    if (spare_.empty()) spare_.emplace_back();
    PendingStore& pending = spare_.front();
    pending.command.assign(head, body);
    pending.observer = &observer;
    pending.metrics = &metrics;
    pending.since = now;
    pending.late = false;
    pending.batch_size = 0;
    waiting_.splice(waiting_.end(), spare_, spare_.begin());
    if (unsent_ == waiting_.end()) --unsent_;
    if (new_ == waiting_.end()) --new_;
    return pending;
}

void StoreQueue::make_batches() {
    std::size_t size = 0, bytes = 0;
    for (auto entry = new_; entry != waiting_.end();) {
        bytes += entry->command.size();
        ++size;
        if (++entry != waiting_.end() && size < max_batch) continue;
        make_batch(entry, size, bytes);
        size = bytes = 0;
    }
}

// Of the `size` new entries before `end`.
void StoreQueue::make_batch(Entries::iterator end, std::size_t size, std::size_t bytes) {
    const bool worth_it = size > 1 && bytes > one_read;
    const auto first = std::exchange(new_, end);
    for (auto entry = first; entry != end; ++entry) {
        entry->batch_size = 1;
        if (worth_it) entry->command.wrap(entry == first, std::next(entry) == end);
    }
    if (worth_it) first->batch_size = size;
}

void StoreQueue::dissolve_batches() {
    new_ = std::ranges::find_if(waiting_, [](const auto& entry) { return entry.command.untouched(); });
    for (auto entry = new_; entry != waiting_.end(); ++entry) {
        entry->command.wrap(false, false);
        entry->batch_size = 0;
    }
}

void StoreQueue::append_unsent(std::vector<std::string_view>& pieces, std::size_t room) const {
    const auto most = pieces.size() + room;
    for (Entries::const_iterator entry = unsent_; entry != waiting_.end(); ++entry)
        if (!entry->command.append_unsent(pieces, most - pieces.size())) return;
}

void StoreQueue::advance(std::size_t size) {
    while (size > 0) {
        size = unsent_->command.advance(size);
        if (unsent_->command.sent()) ++unsent_;
    }
}

StoreQueue::Waiter StoreQueue::waiter_of(const PendingStore& pending) {
    return {pending.observer, pending.metrics, pending.since, pending.late};
}

StoreQueue::Waiter StoreQueue::remove(Entries::iterator entry) {
    const Waiter waiter = waiter_of(*entry);
    if (entry == unsent_) ++unsent_;
    if (entry == new_) ++new_;
    entry->command.clear();
    if (spare_.size() < max_spare)
        spare_.splice(spare_.begin(), waiting_, entry);
    else
        waiting_.erase(entry);
    return waiter;
}

void StoreQueue::clear() {
    waiting_.clear();
    unsent_ = new_ = waiting_.end();
}

}  // namespace edge
