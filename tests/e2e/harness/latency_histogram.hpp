#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace harness {

// How long things took, in a fixed amount of memory: each recorded duration is off by 3 % at most.
class LatencyHistogram {
public:
    LatencyHistogram();

    void record(std::chrono::nanoseconds duration);
    LatencyHistogram& operator+=(const LatencyHistogram& other);

    std::uint64_t count() const { return count_; }

    // What `share` of all took at most, 0.5 for the median; 0 when nothing was recorded.
    std::chrono::nanoseconds quantile(double share) const;

private:
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
};

}  // namespace harness
