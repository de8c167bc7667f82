#pragma once

#include <algorithm>
#include <chrono>

namespace shared {

// How long to wait before connecting again after `failures` (1, 2, ...) attempts in a row came to
// nothing: 10 ms, doubled to at most 500 ms, then spread over [half, whole] by `random`, so that those who
// lost their connections together do not come all at once. Redis is found again within half a second.
inline std::chrono::milliseconds back_off(unsigned failures, unsigned long random) {
    constexpr unsigned first = 10, most = 500;
    const unsigned doublings = std::min(failures > 0 ? failures - 1 : 0, 6u);
    const unsigned whole = std::min(first << doublings, most);
    return std::chrono::milliseconds(whole - static_cast<unsigned>(random % (whole / 2 + 1)));
}

}  // namespace shared
