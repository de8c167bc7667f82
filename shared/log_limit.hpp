#pragma once

#include <algorithm>
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
            keep_back(now);
            return std::nullopt;
        }
        last_ = asked_ = now;
        return std::exchange(kept_back_, 0);
    }

    void keep_back(Time now) {
        asked_ = now;
        ++kept_back_;
    }

    // Nobody asked for as long as `quiet`.
    bool is_news(Time now, Time quiet) const { return !asked_ || now - *asked_ >= quiet; }

    // As good as new: nothing was kept back, and the last line is long enough ago.
    bool is_fresh(Time now, Time quiet) const {
        return kept_back_ == 0 && is_news(now, std::max(quiet, interval));
    }

    // For a line that is written without asking: the number that it should tell.
    unsigned long take_kept_back() { return std::exchange(kept_back_, 0); }

private:
    static constexpr Time interval{1000};
    std::optional<Time> last_, asked_;
    unsigned long kept_back_ = 0;
};

// A limit for each cause, so that none hides another. Beyond `most` causes at a time the rest share one.
class LogLimits {
public:
    using Time = LogLimit::Time;
    static constexpr std::size_t most = 64;

    // A cause that is new, or was not met for twice as long, is written at once. Of all that come again one
    // line is written in this time: whatever goes wrong for however long, it can be read.
    explicit LogLimits(Time between_repeats = Time(0)) : between_repeats_(between_repeats) {}

    std::optional<unsigned long> admit(std::string_view cause, Time now) {
        auto& limit = limit_of(cause, now);
        if (limit.is_news(now, quiet())) return limit.admit(now);
        if (last_repeat_ && now - *last_repeat_ < between_repeats_) {
            limit.keep_back(now);
            return std::nullopt;
        }
        const auto kept_back = limit.admit(now);
        if (kept_back) last_repeat_ = now;
        return kept_back;
    }

    // Of all causes together.
    unsigned long take_kept_back() {
        auto kept_back = rest_.take_kept_back();
        for (auto& [cause, limit] : limits_) kept_back += limit.take_kept_back();
        return kept_back;
    }

private:
    Time quiet() const { return 2 * between_repeats_; }

    LogLimit& limit_of(std::string_view cause, Time now) {
        const auto found = limits_.find(cause);
        if (found != limits_.end()) return found->second;
        if (limits_.size() >= most)
            std::erase_if(limits_, [&](const auto& l) { return l.second.is_fresh(now, quiet()); });
        return limits_.size() < most ? limits_[std::string(cause)] : rest_;
    }

    Time between_repeats_;
    std::optional<Time> last_repeat_;
    std::map<std::string, LogLimit, std::less<>> limits_;
    LogLimit rest_;
};

}  // namespace shared
