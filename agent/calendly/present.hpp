// The present, as Calendly writes times.
#pragma once

#include <chrono>

#include "calendly/timestamp.hpp"

namespace calendly {

inline Timestamp present() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace calendly
