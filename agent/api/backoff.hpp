// Exponential back-off with full jitter.
#pragma once

#include <algorithm>
#include <chrono>

namespace api {

struct Backoff {
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds longest{60'000};

    // How long to wait after the `failures`-th failure in a row (from 1). `random` lies in [0, 1].
    std::chrono::milliseconds after(unsigned failures, double random) const {
        const auto doublings = std::min(failures - 1, 20U);
        const auto ceiling = std::min(longest, first * (1L << doublings));
        return std::chrono::milliseconds(static_cast<long>(static_cast<double>(ceiling.count()) * random));
    }
};

}  // namespace api
