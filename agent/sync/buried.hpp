#pragma once

#include <chrono>
#include <cstdint>

namespace syncing {

// Dead letters that wait for somebody to look at them.
struct Buried {
    std::uint64_t count = 0;
    std::chrono::system_clock::time_point since;  // of the oldest one
};

}  // namespace syncing
