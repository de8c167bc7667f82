#pragma once

#include <chrono>

namespace edge {

// Measures how long things wait. nginx's own cached time does not: it stands still during a turn of the event
// loop.
using Clock = std::chrono::steady_clock;

}  // namespace edge
