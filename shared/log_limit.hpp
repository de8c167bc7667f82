#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace shared {

// What a line ends with when lines like it were kept back before it: " (3 similar lines suppressed)". Empty
// when there were none.
inline std::string suppressed_note(unsigned long kept_back) {
    if (kept_back == 0) return {};
    return " (" + std::to_string(kept_back) + (kept_back == 1 ? " similar line" : " similar lines") +
           " suppressed)";
}

// Lets one line a second through. The others are counted, and the next line tells how many they were.
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

    // As good as new: nothing was kept back, and the last line is long enough ago.
    bool is_fresh(Time now) const { return kept_back_ == 0 && (!last_ || now - *last_ >= interval); }

    // For a line that is written without asking: the number that it should tell.
    unsigned long take_kept_back() { return std::exchange(kept_back_, 0); }

private:
    static constexpr Time interval{1000};
    std::optional<Time> last_;
    unsigned long kept_back_ = 0;
};

// A limit for each cause, so that none hides another. Beyond `most` causes at a time the rest share one.
class LogLimits {
public:
    static constexpr std::size_t most = 64;

    std::optional<unsigned long> admit(std::string_view cause, LogLimit::Time now) {
        const auto found = limits_.find(cause);
        if (found != limits_.end()) return found->second.admit(now);
        if (limits_.size() >= most)
            std::erase_if(limits_, [&](const auto& l) { return l.second.is_fresh(now); });
        return limits_.size() < most ? limits_[std::string(cause)].admit(now) : rest_.admit(now);
    }

    // Of all causes together.
    unsigned long take_kept_back() {
        auto kept_back = rest_.take_kept_back();
        for (auto& [cause, limit] : limits_) kept_back += limit.take_kept_back();
        return kept_back;
    }

private:
    std::map<std::string, LogLimit, std::less<>> limits_;
    LogLimit rest_;
};

}  // namespace shared
