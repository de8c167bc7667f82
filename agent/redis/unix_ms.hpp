// Now, as streams and their fields say it.
#pragma once

#include <chrono>

namespace redis {

// Since 1970, UTC.
inline std::chrono::milliseconds unix_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now);
}

}  // namespace redis
