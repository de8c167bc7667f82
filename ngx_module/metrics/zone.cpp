#include "ngx_module/metrics/zone.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

namespace edge::metrics {
namespace {

WorkerGauges unseen_gauges;
WorkerGauges* own_gauges = &unseen_gauges;

std::uint64_t sum(std::span<const Counter> counters) noexcept {
    std::uint64_t total = 0;
    for (const Counter& counter : counters) total += counter.value();
    return total;
}

std::size_t index(Result result) noexcept {
    return static_cast<std::size_t>(result);
}

}  // namespace

void ConnectorMetrics::count_accepted(std::chrono::nanoseconds store_time) noexcept {
    const auto bucket = std::ranges::find_if(store_buckets, [&](auto& b) { return store_time <= b.at_most; });
    stores_[static_cast<std::size_t>(bucket - store_buckets.begin())].add(1);
    store_nanoseconds_.add(static_cast<std::uint64_t>(store_time.count()));
}

void ConnectorMetrics::count_refused(Result why) noexcept {
    refused_[index(why)].add(1);
}

std::string_view ConnectorMetrics::name() const noexcept {
    return {name_, ::strnlen(name_, sizeof name_)};
}

bool ConnectorMetrics::counted_anything() const noexcept {
    return sum(stores_) + sum(refused_) > 0;
}

void ConnectorMetrics::add_to(Snapshot& snapshot) const {
    auto& shown = snapshot.connectors.emplace_back();
    shown.name = name();
    for (std::size_t i = 0; i < refused_.size(); ++i) shown.results[i] = refused_[i].value();
    auto& accepted = shown.results[index(Result::accepted)] = 0;
    for (std::size_t i = 0; i < stores_.size(); ++i) {
        const auto count = stores_[i].value();
        accepted += count;
        snapshot.stores[i] += count;
    }
    snapshot.store_nanoseconds += store_nanoseconds_.value();
}

std::span<ConnectorMetrics> Zone::known() noexcept {
    return std::span(connectors_).first(connector_count_.load(std::memory_order_acquire));
}

ConnectorMetrics* Zone::find(std::string_view name) noexcept {
    const auto found = std::ranges::find(known(), name, &ConnectorMetrics::name);
    return found == known().end() ? nullptr : &*found;
}

std::size_t Zone::count_with_room(std::span<const std::string_view> names) {
    std::set<std::string_view> added;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!find(names[i])) added.insert(names[i]);
        if (known().size() + added.size() > max_connectors) return i;
    }
    return names.size();
}

ConnectorMetrics* Zone::connector(std::string_view name) noexcept {
    if (auto* const found = find(name)) return found;
    const auto count = known().size();
    if (count == max_connectors) return nullptr;
    auto& added = connectors_[count];
    name.copy(added.name_, sizeof added.name_);
    connector_count_.store(count + 1,
                           std::memory_order_release);  // after the name: who sees the count sees all of it
    return &added;
}

WorkerGauges& Zone::enter(std::size_t slot, pid_t process) noexcept {
    Worker& worker = workers_[slot];
    worker.process.store(0);
    worker.gauges.inflight.set(0);
    worker.gauges.redis_down.set(0);
    worker.process.store(process);
    return worker.gauges;
}

void Zone::leave(std::size_t slot) noexcept {
    workers_[slot].process.store(0);
}

Snapshot Zone::snapshot(const std::set<const ConnectorMetrics*>& configured, bool (*is_alive)(pid_t)) {
    Snapshot snapshot;
    for (const auto& connector : known())
        if (configured.contains(&connector) || connector.counted_anything()) connector.add_to(snapshot);
    add_workers(snapshot, is_alive);
    return snapshot;
}

void Zone::add_workers(Snapshot& snapshot, bool (*is_alive)(pid_t)) {
    for (auto& worker : workers_) {
        pid_t process = worker.process.load();
        if (process == 0) continue;
        if (!is_alive(process)) {
            // Free the slot before the system gives this process ID to another process, which would count as
            // the dead one; but not when a new worker has taken the slot meanwhile.
            worker.process.compare_exchange_strong(process, 0);
            continue;
        }
        snapshot.inflight += worker.gauges.inflight.value();
        if (worker.gauges.redis_down.value() > 0) snapshot.redis_up = false;
    }
}

WorkerGauges& worker_gauges() noexcept {
    return *own_gauges;
}

void set_worker_gauges(WorkerGauges& gauges) noexcept {
    own_gauges = &gauges;
}

void LinkMeter::set_down(bool down) noexcept {
    if (std::exchange(down_, down) != down) worker_gauges().redis_down.add(down ? 1 : -1);
}

}  // namespace edge::metrics
