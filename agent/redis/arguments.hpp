// What a command or a script is given, and what many are given alike.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "shared/webhook_entry.hpp"

namespace redis {

using Arguments = std::vector<std::string>;

// The consumer group of the agents, in both streams.
inline const std::string group(shared::webhook_group);

// So many of them from there on, or as many as there are.
inline Arguments part_of(const Arguments& all, std::size_t from, std::size_t count) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
    return {begin, begin + static_cast<std::ptrdiff_t>(std::min(count, all.size() - from))};
}

inline std::string in_ms(std::chrono::milliseconds duration) {
    return std::to_string(duration.count());
}

}  // namespace redis
