#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "e2e/harness/signed_deliveries.hpp"

namespace bench {

// A worker's own memory while it takes many requests, in bytes.
struct Endurance {
    std::uint64_t requests = 0;
    double rate = 0;                   // accepted a second
    std::vector<std::size_t> samples;  // the first after the warm-up, the last at the end, evenly spread

    std::size_t growth() const;  // from the first sample to the largest
};

// Throws std::runtime_error when an answer is not 200, or when the stream does not have exactly what was
// accepted.
Endurance endure(std::uint64_t requests, std::size_t connections,
                 const harness::SignedDeliveries& deliveries);

}  // namespace bench
