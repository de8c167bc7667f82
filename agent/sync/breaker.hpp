// Whether an API in trouble is asked at all. No I/O, no clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>

#include "sync/backoff.hpp"

namespace syncing {

// Opens when several callers in a row met trouble: then one call at a time tries whether it is over, after
// growing pauses. One caller alone does not open it: what only concerns its own request says nothing about
// the API.
class Breaker {
public:
    using Time = std::chrono::steady_clock::time_point;
    using Caller = std::uint64_t;

    explicit Breaker(Backoff backoff) : backoff_(backoff) {}

    bool is_open() const noexcept { return pauses_ > 0; }

    // Whether the caller may ask the API now; while it is open, at most one caller is told so at a time.
    bool admit(Time now) noexcept {
        if (!is_open()) return true;
        if (is_trying_ || now < next_try_) return false;
        is_trying_ = true;
        return true;
    }

    // The API answered. True when it had been open.
    bool close() noexcept {
        const bool was_open = is_open();
        failed_.clear();
        pauses_ = 0;
        is_trying_ = false;
        return was_open;
    }

    // The API is in trouble; `random` lies in [0, 1]. True when it opens now.
    bool fail(Caller caller, Time now, double random) {
        const bool was_open = is_open();
        is_trying_ = false;
        failed_.insert(caller);
        if (failed_.size() < callers_to_open) return false;
        next_try_ = now + backoff_.after(++pauses_, random);
        return !was_open;
    }

    // The call came to nothing that would tell how the API is.
    void abandon() noexcept { is_trying_ = false; }

private:
    static constexpr std::size_t callers_to_open = 5;

    Backoff backoff_;
    std::set<Caller> failed_;  // since the last answer
    unsigned pauses_ = 0;      // 0: closed
    Time next_try_{};
    bool is_trying_ = false;
};

}  // namespace syncing
