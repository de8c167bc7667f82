#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <span>
#include <string_view>
#include <vector>

#include "ngx_module/metrics_zone.hpp"
#include "ngx_module/result.hpp"
#include "ngx_module/xadd_command.hpp"

namespace edge {

using Clock = std::chrono::steady_clock;

// Who waits for Redis; told exactly once, unless it left before (StoreQueue::leave).
class StoreObserver {
public:
    virtual void on_stored(std::string_view stream_id) noexcept = 0;
    virtual void on_not_stored(Result why) noexcept = 0;

protected:
    ~StoreObserver() = default;
};

// A delivery on its way to Redis. It belongs to the connection, not to the request: a request may die at any
// time, and its reply must still be recognised.
struct PendingStore {
    XaddCommand command;
    StoreObserver* observer = nullptr;  // null: nobody waits any more
    ConnectorMetrics* metrics = nullptr;
    Clock::time_point since;
    bool late = false;  // its time was up before the reply came
};

// The deliveries of one connection, in the order of their commands and so of their replies: first those that
// were sent, then perhaps one of which a part was, then the untouched ones. No I/O; no allocation once it has
// been as long before.
class StoreQueue {
public:
    using Entries = std::list<PendingStore>;

    bool empty() const { return waiting_.empty(); }
    std::size_t size() const { return waiting_.size(); }
    Entries::iterator begin() { return waiting_.begin(); }
    Entries::iterator end() { return waiting_.end(); }

    // The body stays where it is until the observer is told or leaves.
    PendingStore& push(const shared::XaddHead& head, std::span<const std::string_view> body,
                       StoreObserver& observer, ConnectorMetrics& metrics, Clock::time_point now);

    // As many unsent bytes as the room holds.
    void append_unsent(std::vector<std::string_view>& pieces, std::size_t room) const;
    void advance(std::size_t size);

    // A reply belongs to the front.
    bool awaits_reply() const { return !waiting_.empty() && waiting_.begin() != unsent_; }
    bool front_is_untouched() const { return waiting_.front().command.untouched(); }

    // What is left of a delivery once it is off the queue.
    struct Waiter {
        StoreObserver* observer;
        ConnectorMetrics* metrics;
        Clock::time_point since;
        bool late;
    };
    Waiter remove(Entries::iterator entry);
    Waiter remove_front() { return remove(waiting_.begin()); }
    void clear();

private:
    Entries waiting_;
    Entries spare_;  // for push() to use again
    Entries::iterator unsent_ = waiting_.end();
};

}  // namespace edge
