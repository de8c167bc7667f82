// Calendly's timestamps: ISO 8601 with any fraction of a second, kept to the microsecond.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace calendly {

using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// "2026-10-13T09:00:00.123456Z"; an offset (+02:00) instead of Z and a missing fraction are fine.
std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;

// "2026-10-13T09:00:00.123456Z"
std::string to_string(Timestamp time);

}  // namespace calendly
