// How long to wait after failures in a row: twice as long each time, up to a limit, and spread at random, so
// that those who failed together do not come again together.
#pragma once

#include <algorithm>
#include <chrono>

namespace shared {

struct BackOff {
    std::chrono::milliseconds first{500};
    std::chrono::milliseconds longest{60'000};

    // Before it is spread. `failures` counts those in a row, from 1.
    constexpr std::chrono::milliseconds whole(unsigned failures) const noexcept {
        const auto doublings = std::min(failures > 0 ? failures - 1 : 0, 20U);
        return std::min(longest, first * (1L << doublings));
    }

    // Spread over [0, whole]: for many who ask one service. `random` lies in [0, 1].
    constexpr std::chrono::milliseconds after(unsigned failures, double random) const noexcept {
        const auto ceiling = static_cast<double>(whole(failures).count());
        return std::chrono::milliseconds(static_cast<long>(ceiling * random));
    }
};

// Spread over [whole / 2, whole]: for those who must neither wait long nor ask again at once. Any `random`.
constexpr std::chrono::milliseconds upper_half(std::chrono::milliseconds whole,
                                               unsigned long random) noexcept {
    const auto half = static_cast<unsigned long>(whole.count()) / 2;
    return whole - std::chrono::milliseconds(static_cast<long>(random % (half + 1)));
}

// Until Redis is connected to again after `failures` attempts in a row came to nothing. It is found again
// within half a second.
constexpr std::chrono::milliseconds back_off(unsigned failures, unsigned long random) noexcept {
    constexpr BackOff reconnecting{std::chrono::milliseconds(10), std::chrono::milliseconds(500)};
    return upper_half(reconnecting.whole(failures), random);
}

}  // namespace shared
