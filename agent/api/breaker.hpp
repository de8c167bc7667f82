// Whether an API in trouble is asked at all. No I/O, no clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "shared/back_off.hpp"

namespace api {

// Opens when several callers in a row met trouble: then one call at a time tries whether it is over, after
// growing pauses. One caller alone does not open it: what only concerns its own request says nothing about
// the API.
class Breaker {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Caller = std::uint64_t;

    explicit Breaker(shared::BackOff backoff) : backoff_(backoff) {}

    bool is_open() const noexcept { return pauses_ > 0; }

    // Whether the caller may ask the API now; while it is open, at most one caller is told so at a time.
    bool admit(Caller caller, Time now) noexcept {
        if (!is_open()) return true;
        if (trying_ || now < next_try_) return false;
        trying_ = caller;
        return true;
    }

    // The API answered. True when it had been open.
    bool close() noexcept {
        const bool was_open = is_open();
        failed_.clear();
        pauses_ = 0;
        trying_.reset();
        return was_open;
    }

    // The API is in trouble; `random` lies in [0, 1]. True when it opens now. Calls that were under way when
    // it opened tell nothing new.
    bool fail(Caller caller, Time now, double random) {
        const bool was_open = is_open();
        if (was_open && trying_ != caller) return false;
        trying_.reset();
        failed_.insert(caller);
        if (failed_.size() < callers_to_open) return false;
        next_try_ = now + backoff_.after(++pauses_, random);
        return !was_open;
    }

    // The caller's attempt is over. True when it was the one on trial and ends without a result: the trial is
    // free for another.
    bool leave(Caller caller) noexcept {
        const bool was_trying = is_trying(caller);
        if (was_trying) trying_.reset();
        return was_trying;
    }

    // While it is open: when the next one may try; Time::max() while one is trying.
    Time next_try() const noexcept { return trying_ ? Time::max() : next_try_; }
    bool is_trying(Caller caller) const noexcept { return trying_ == caller; }

private:
    static constexpr std::size_t callers_to_open = 5;

    shared::BackOff backoff_;
    std::set<Caller> failed_;  // since the last answer
    unsigned pauses_ = 0;      // 0: closed
    Time next_try_{};
    std::optional<Caller> trying_;
};

}  // namespace api
