#include "e2e/harness/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

namespace harness {
namespace {

// Every power of two is cut in so many buckets.
constexpr unsigned sub_bits = 5;
constexpr std::uint64_t sub_buckets = 1u << sub_bits;
constexpr std::size_t bucket_count = (64 - sub_bits + 1) * sub_buckets;

std::size_t bucket_of(std::uint64_t value) {
    if (value < sub_buckets) return value;
    const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - sub_bits - 1;
    return (shift + 1) * sub_buckets + ((value >> shift) - sub_buckets);
}

// The middle of the values that fall into it.
std::uint64_t value_of(std::size_t bucket) {
    if (bucket < sub_buckets) return bucket;
    const auto shift = bucket / sub_buckets - 1;
    const auto low = (sub_buckets + bucket % sub_buckets) << shift;
    return low + ((std::uint64_t{1} << shift) >> 1);
}

}  // namespace

LatencyHistogram::LatencyHistogram() : counts_(bucket_count) {}

void LatencyHistogram::record(std::chrono::nanoseconds duration) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
    ++counts_[bucket_of(value)];
    ++count_;
}

LatencyHistogram& LatencyHistogram::operator+=(const LatencyHistogram& other) {
    std::ranges::transform(counts_, other.counts_, counts_.begin(), std::plus());
    count_ += other.count_;
    return *this;
}

std::chrono::nanoseconds LatencyHistogram::quantile(double share) const {
    if (count_ == 0) return {};
    auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    rank = std::clamp<std::uint64_t>(rank, 1, count_);
    std::size_t bucket = 0;
    for (std::uint64_t seen = counts_[0]; seen < rank; seen += counts_[++bucket]) continue;
    return std::chrono::nanoseconds(value_of(bucket));
}

}  // namespace harness
