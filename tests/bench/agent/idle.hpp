#pragma once

#include <chrono>

#include "bench/agent/candidate.hpp"

namespace bench {

// The share of one core that an agent without work takes, in percent.
double measure_idle(const Candidate& candidate, std::chrono::seconds duration);

}  // namespace bench
