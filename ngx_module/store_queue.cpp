#include "ngx_module/store_queue.hpp"

namespace edge {
namespace {

// Enough for the busiest moments of a worker; what a burst needed beyond goes back to the system.
constexpr std::size_t max_spare = 256;

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
    waiting_.splice(waiting_.end(), spare_, spare_.begin());
    if (unsent_ == waiting_.end()) --unsent_;
    return pending;
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

StoreQueue::Waiter StoreQueue::remove(Entries::iterator entry) {
    const Waiter waiter{entry->observer, entry->metrics, entry->since, entry->late};
    if (entry == unsent_) ++unsent_;
    entry->command.clear();
    if (spare_.size() < max_spare)
        spare_.splice(spare_.begin(), waiting_, entry);
    else
        waiting_.erase(entry);
    return waiter;
}

void StoreQueue::clear() {
    waiting_.clear();
    unsent_ = waiting_.end();
}

}  // namespace edge
