#pragma once

#include <chrono>
#include <optional>
#include <utility>

namespace shared {

// At most one line a second; what was kept back is counted and told with the next line.
class LogLimit {
public:
    using Time = std::chrono::milliseconds;  // of any steady clock

    // The number of lines kept back since the last one written; nothing when this one is to be kept back too.
    std::optional<unsigned long> admit(Time now) {
        if (last_ && now - *last_ < interval) {
            ++kept_back_;
            return std::nullopt;
        }
        last_ = now;
        return std::exchange(kept_back_, 0);
    }

    // For a line that is written in any case, and tells the number itself.
    unsigned long take_kept_back() { return std::exchange(kept_back_, 0); }

private:
    static constexpr Time interval{1000};
    std::optional<Time> last_;
    unsigned long kept_back_ = 0;
};

}  // namespace shared
