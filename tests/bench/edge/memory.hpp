#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

// What one connection costs a worker, in bytes of the worker's own memory.
struct MemoryFigures {
    std::string candidate;
    std::size_t connections = 0;  // how many were there at once
    double waiting = 0;           // whose request waits for its answer
    double idle = 0;              // kept open after its answer
};

// Bare nginx, whose answers are delayed, and our module, whose Redis is frozen, with so many connections.
std::vector<MemoryFigures> measure_memory(const std::vector<std::size_t>& counts);

}  // namespace bench
