// Section `timeline`: how much of what happened to bookings is kept to be looked at.
#pragma once

#include <chrono>
#include <cstdint>

namespace config {

struct Timeline {
    std::int64_t entries = 10'000;                                // about so many
    std::chrono::milliseconds age = std::chrono::hours(30 * 24);  // none is older

    bool operator==(const Timeline&) const = default;
};

}  // namespace config
