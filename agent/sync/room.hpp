// How much may be in work at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>

namespace syncing {

// For webhooks. History has a part of it, and only where webhooks have left it.
inline constexpr std::size_t most_people = 128;   // besides those that wait for their next attempt
inline constexpr std::size_t most_loaded = 2048;  // entries in memory
inline constexpr std::size_t most_held =
    8 * most_loaded;  // entries, those that are only known by their ids, too
inline constexpr std::size_t most_left = most_loaded / 2;  // of what others left, at once

// How many bookings the APIs' limits let this agent do within a time.
using CallsWithin = std::function<std::size_t(std::chrono::milliseconds)>;

inline constexpr std::size_t part_of_history = 4;

inline std::size_t left_of(std::size_t limit, std::size_t used) {
    return limit - std::min(limit, used);
}

}  // namespace syncing
