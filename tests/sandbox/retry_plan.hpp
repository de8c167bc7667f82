// When a delivery that failed is tried again, and when Calendly stops trying.
#pragma once

#include "sandbox/clock.hpp"

namespace sandbox {

struct RetryPlan {
    std::chrono::milliseconds base{1000};  // before the second attempt; doubled for every further one
    std::chrono::seconds give_up_after{std::chrono::hours(24)};

    // `failed`: attempts so far, 1 or more.
    std::chrono::milliseconds delay_after(unsigned failed) const;
    bool gives_up(Instant first_failure, Instant at) const { return at - first_failure >= give_up_after; }
};

}  // namespace sandbox
