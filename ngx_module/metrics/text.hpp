// What calendly_metrics shows, as Prometheus reads it. No I/O.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ngx_module/result.hpp"

namespace edge::metrics {

// A bucket of calendly_edge_store_seconds: its upper bound, and the same in Prometheus's seconds.
struct StoreBucket {
    std::chrono::microseconds at_most;
    std::string_view seconds;
};

inline constexpr auto store_buckets = [] {
    using namespace std::chrono_literals;
    return std::to_array<StoreBucket>({{500us, "0.0005"},
                                       {1ms, "0.001"},
                                       {2500us, "0.0025"},
                                       {5ms, "0.005"},
                                       {10ms, "0.01"},
                                       {25ms, "0.025"},
                                       {50ms, "0.05"},
                                       {100ms, "0.1"},
                                       {250ms, "0.25"},
                                       {500ms, "0.5"},
                                       {1s, "1"},
                                       {2500ms, "2.5"},
                                       {5s, "5"}});
}();

// One number a bucket, and one for what took longer than all of them.
inline constexpr std::size_t store_bucket_count = store_buckets.size() + 1;

struct Snapshot {
    struct Connector {
        std::string name;
        std::array<std::uint64_t, result_count> results{};  // by Result; that of `none` is not shown
    };
    std::vector<Connector> connectors;
    std::array<std::uint64_t, store_bucket_count> stores{};  // not cumulative
    std::uint64_t store_nanoseconds = 0;                     // of all stores together
    std::int64_t inflight = 0;
    bool redis_up = true;
};

inline constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

// Prometheus's text format, version 0.0.4.
std::string prometheus_text(const Snapshot& snapshot);

}  // namespace edge::metrics
