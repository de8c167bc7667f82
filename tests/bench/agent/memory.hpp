#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/agent/candidate.hpp"

namespace bench {

struct MemoryPlan {
    std::uint64_t backlog = 1'000'000;  // entries in the stream at once, of about 1 KB
    std::uint64_t bookings = 100'000;   // to be worked off; when the backlog is, there comes another one
};

// Of the agent, in bytes: what it has in memory (RSS) as time goes by.
struct MemoryFigures {
    std::string candidate;
    std::uint64_t backlog = 0;
    std::uint64_t bookings = 0;
    std::vector<std::size_t> samples;  // at equal distances
    std::size_t peak = 0;
    std::uint64_t redis = 0;  // Redis' memory with the whole backlog

    std::size_t growth() const;  // of the last sample over the one when a tenth was done
};

// Bytes of Redis' memory that the backlog takes, about.
std::uint64_t memory_needed(const MemoryPlan& plan);

// The agent finds the whole backlog when it starts. Throws std::runtime_error when the machine has not enough
// memory for it.
MemoryFigures measure_memory(const Candidate& candidate, const MemoryPlan& plan);

}  // namespace bench
