#include "sandbox/retry_plan.hpp"

#include <algorithm>

namespace sandbox {

std::chrono::milliseconds RetryPlan::delay_after(unsigned failed) const {
    constexpr unsigned most_doublings = 30;
    const auto delay = base * (std::int64_t{1} << std::min(failed - 1, most_doublings));
    return std::min<std::chrono::milliseconds>(delay, give_up_after);
}

}  // namespace sandbox
