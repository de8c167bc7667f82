#pragma once

#include <chrono>
#include <functional>
#include <string_view>

namespace harness {

using Duration = std::chrono::milliseconds;

// The machine may be slow: a deadline says when to give up, not how long something should take.
inline constexpr Duration default_deadline{15'000};

// Throws std::runtime_error naming `what` when the condition is not true in time.
void wait_until(const std::function<bool()>& condition, std::string_view what,
                Duration deadline = default_deadline);

}  // namespace harness
