// What a command or a script is given, and what many are given alike.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "shared/webhook_entry.hpp"

namespace redis {

using Arguments = std::vector<std::string>;

// The consumer group of the agents, in both streams.
inline const std::string group(shared::webhook_group);

inline std::string in_ms(std::chrono::milliseconds duration) {
    return std::to_string(duration.count());
}

}  // namespace redis
