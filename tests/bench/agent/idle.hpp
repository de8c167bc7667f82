#pragma once

#include <chrono>
#include <cstddef>

#include "bench/agent/candidate.hpp"

namespace bench {

// Of an agent without work.
struct IdleFigures {
    double percent = 0;      // of one core
    std::size_t memory = 0;  // bytes in memory (RSS)
};

IdleFigures measure_idle(const Candidate& candidate, std::chrono::seconds duration);

}  // namespace bench
