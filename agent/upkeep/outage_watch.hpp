// Whether something was away for long, now that it is back. No I/O, no clock.
#pragma once

#include <chrono>
#include <optional>

namespace upkeep {

class OutageWatch {
public:
    using Time = std::chrono::steady_clock::time_point;

    // So long at least: what is shorter, retries bridge.
    static constexpr std::chrono::seconds notable{60};

    // How it is at `now`. True once when a notable outage has ended.
    bool note(bool is_well, Time now) noexcept {
        if (!is_well) {
            if (!away_since_) away_since_ = now;
            return false;
        }
        const bool was_long = away_since_ && now - *away_since_ >= notable;
        away_since_.reset();
        return was_long;
    }

private:
    std::optional<Time> away_since_;
};

}  // namespace upkeep
