#pragma once

#include <algorithm>
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
    bool late = false;           // its time was up before the reply came
    std::size_t batch_size = 0;  // of the batch that it begins, or 1 inside one; 0: in none yet
};

// The deliveries of one connection, in the order of their commands and so of their replies: first those that
// were sent, then perhaps one of which a part was, then the untouched ones. No I/O; no allocation once it has
// been as long before.
class StoreQueue {
public:
    using Entries = std::list<PendingStore>;

    // A batch is no longer than this.
    static constexpr std::size_t max_batch = 128;

    bool empty() const { return waiting_.empty(); }
    std::size_t size() const { return waiting_.size(); }
    Entries::iterator begin() { return waiting_.begin(); }
    Entries::iterator end() { return waiting_.end(); }

    // The body stays where it is until the observer is told or leaves.
    PendingStore& push(const shared::XaddHead& head, std::span<const std::string_view> body,
                       StoreObserver& observer, ConnectorMetrics& metrics, Clock::time_point now);

    // Makes transactions of what is new, where Redis would need several turns to read it: it reads 16 KB of a
    // connection a turn, and with `appendfsync always` each turn that wrote something ends with a wait for
    // the disk. A transaction is one write.
    void make_batches();

    // The connection is lost: batches of which Redis may have read a part begin anew.
    void dissolve_batches();

    // As many unsent bytes as the room holds.
    void append_unsent(std::vector<std::string_view>& pieces, std::size_t room) const;
    void advance(std::size_t size);

    // The first one to be answered.
    bool front_is_touched() const { return !empty() && !waiting_.front().command.untouched(); }
    bool front_is_sent() const { return !empty() && waiting_.front().command.sent(); }
    std::size_t front_batch_size() const { return std::max<std::size_t>(1, waiting_.front().batch_size); }

    // What is left of a delivery once it is off the queue.
    struct Waiter {
        StoreObserver* observer;
        ConnectorMetrics* metrics;
        Clock::time_point since;
        bool late;
    };
    static Waiter waiter_of(const PendingStore& pending);
    Waiter remove(Entries::iterator entry);
    void clear();

private:
    void make_batch(Entries::iterator end, std::size_t size, std::size_t bytes);

    Entries waiting_;
    Entries spare_;  // for push() to use again
    Entries::iterator unsent_ = waiting_.end();
    Entries::iterator new_ = waiting_.end();  // in no batch yet, from here on
};

}  // namespace edge
