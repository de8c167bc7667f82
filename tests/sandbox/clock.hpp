// Instants as both APIs write them: ISO 8601, UTC, microseconds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;

Instant now();

// 2026-10-13T09:00:00.000000Z
std::string to_text(Instant instant);

// Any fraction, "Z" or an offset. Nothing for any other form.
std::optional<Instant> parse_instant(std::string_view text);

}  // namespace sandbox
