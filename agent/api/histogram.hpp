// How often something took how long: counts in buckets, as Prometheus has them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace api {

class Histogram {
public:
    // `bounds`: the buckets' upper ends, ascending; they outlive the histogram.
    explicit Histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

    // A value that is a bound belongs to its bucket.
    void observe(double value) noexcept {
        const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
        ++counts_[static_cast<std::size_t>(bucket)];
        sum_ += value;
    }

    // Of one with the same bounds.
    void add(const Histogram& other) noexcept {
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
        sum_ += other.sum_;
    }

    std::span<const double> bounds() const noexcept { return bounds_; }
    // Of each bucket by itself; the last one has what lies beyond all bounds.
    const std::vector<std::uint64_t>& counts() const noexcept { return counts_; }
    double sum() const noexcept { return sum_; }

private:
    std::span<const double> bounds_;
    std::vector<std::uint64_t> counts_;
    double sum_ = 0;
};

}  // namespace api
