#pragma once

#include <chrono>

namespace edge {

// Of waiting times. (nginx's own clock stands still during a turn of its event loop.)
using Clock = std::chrono::steady_clock;

}  // namespace edge
