// How much of a rate limit was used lately. No clock.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace api {

// Looks back about a minute, or sixty slots where a slot lasts longer than a second.
class SlotCount {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Duration = std::chrono::nanoseconds;

    // A slot was used; `interval` lies between two of them at least.
    void note(Time now, Duration interval) noexcept {
        fit(interval);
        auto& cell = cells_[static_cast<std::size_t>(number(now)) % cells_.size()];
        if (cell.number != number(now)) cell = {number(now), 0};
        ++cell.used;
    }

    // The share of the slots that were there, 0 to 1. Without a limit 0.
    double ratio(Time now, Duration interval) const noexcept {
        if (interval.count() <= 0) return 0;
        std::uint64_t used = 0;
        for (const auto& cell : cells_)
            if (cell.number > number(now) - static_cast<std::int64_t>(cells_.size())) used += cell.used;
        const auto begun = now.time_since_epoch() % cell_length_;
        const auto seen = cell_length_ * (static_cast<int>(cells_.size()) - 1) + begun;
        const auto slots = static_cast<double>(seen.count()) / static_cast<double>(interval.count());
        return std::min(static_cast<double>(used) / slots, 1.0);
    }

private:
    struct Cell {
        std::int64_t number = -1'000'000;  // long ago
        std::uint64_t used = 0;
    };

    std::int64_t number(Time now) const noexcept { return now.time_since_epoch() / cell_length_; }

    // Another limit: what was counted before says nothing of it.
    void fit(Duration interval) noexcept {
        const auto length = std::max<Duration>(std::chrono::seconds(5), 5 * interval);
        if (length == cell_length_) return;
        cell_length_ = length;
        cells_ = {};
    }

    Duration cell_length_ = std::chrono::seconds(5);
    std::array<Cell, 12> cells_{};
};

}  // namespace api
