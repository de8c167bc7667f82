// The numbers behind calendly_metrics, as they lie in the memory that all of nginx's processes share. No I/O.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <set>
#include <span>
#include <string_view>

#include <sys/types.h>

#include "ngx_module/metrics/text.hpp"
#include "ngx_module/result.hpp"

namespace edge::metrics {

// A number that all workers add to. It outlives workers and reloads.
class Counter {
public:
    void add(std::uint64_t number) noexcept { value_.fetch_add(number, std::memory_order_relaxed); }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
    std::atomic<std::uint64_t> value_;
};

// A number that one worker changes and all may read.
class Gauge {
public:
    void add(std::int64_t number) noexcept { set(value() + number); }
    void set(std::int64_t number) noexcept { value_.store(number, std::memory_order_relaxed); }
    std::int64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_;
};

// What became of one connector's webhooks. Each is counted once: as accepted, or as refused.
class ConnectorMetrics {
public:
    // `store_time`: from the moment when the webhook was handed to the connection until Redis acknowledged
    // it.
    void count_accepted(std::chrono::nanoseconds store_time) noexcept;
    void count_refused(Result why) noexcept;  // anything but `accepted` and `none`

    std::string_view name() const noexcept;

private:
    friend class Zone;
    bool counted_anything() const noexcept;
    void add_to(Snapshot& snapshot) const;

    char name_[64] = {};  // without a closing 0 when the name takes all of it
    // There is no counter of accepted webhooks besides: it is the sum of these, so the two always agree.
    std::array<Counter, store_bucket_count> stores_;
    Counter store_nanoseconds_;
    std::array<Counter, result_count> refused_;
};

// What one worker has in hand.
struct WorkerGauges {
    Gauge inflight;    // webhooks that wait for Redis
    Gauge redis_down;  // connections to Redis that broke or failed and are not back
};

class Zone {
public:
    static constexpr std::size_t max_connectors = 1024;
    static constexpr std::size_t max_processes = 1024;

    // How many of these names, from the first on, find room beside those that are there already. Takes none.
    std::size_t count_with_room(std::span<const std::string_view> names);

    // The numbers of a connector, from 0 when it is new; null when max_connectors others are there already.
    // Numbers of connectors that left the configuration stay. Only one process at a time may call it.
    ConnectorMetrics* connector(std::string_view name) noexcept;

    // A worker begins with zeros in its slot and gives the slot back at its end. One that is killed cannot:
    // its numbers stop to count with the next snapshot(), whose `is_alive` says that it is gone.
    WorkerGauges& enter(std::size_t slot, pid_t process) noexcept;
    void leave(std::size_t slot) noexcept;

    // Shows the connectors that are `configured` or have ever counted anything.
    Snapshot snapshot(const std::set<const ConnectorMetrics*>& configured, bool (*is_alive)(pid_t));

private:
    struct alignas(64) Worker {  // a cache line each
        std::atomic<pid_t> process;
        WorkerGauges gauges;
    };

    std::span<ConnectorMetrics> known() noexcept;
    ConnectorMetrics* find(std::string_view name) noexcept;
    void add_workers(Snapshot& snapshot, bool (*is_alive)(pid_t));

    std::array<Worker, max_processes> workers_;
    std::atomic<std::size_t> connector_count_;
    std::array<ConnectorMetrics, max_connectors> connectors_;
};

// This worker's slot of the shared memory. Until it has one, its numbers go where nobody reads them.
WorkerGauges& worker_gauges() noexcept;
void set_worker_gauges(WorkerGauges& gauges) noexcept;

// Whether one connection makes calendly_edge_redis_up 0. It does not while it is being made for the first
// time.
class LinkMeter {
public:
    LinkMeter() = default;
    LinkMeter(const LinkMeter&) = delete;
    LinkMeter& operator=(const LinkMeter&) = delete;
    ~LinkMeter() { set_down(false); }

    void set_down(bool down) noexcept;

private:
    bool down_ = false;
};

}  // namespace edge::metrics
