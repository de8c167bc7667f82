// Moments, as streams and their fields say them.
#pragma once

#include <chrono>

namespace redis {

// Since 1970, UTC.
template <typename Duration>
std::chrono::milliseconds unix_ms(std::chrono::sys_time<Duration> time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
}
inline std::chrono::milliseconds unix_ms() {
    return unix_ms(std::chrono::system_clock::now());
}

}  // namespace redis
