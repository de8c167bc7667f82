// How long the flow of a connector waits for what.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "api/retry.hpp"
#include "sync/longest_block.hpp"

namespace syncing {

struct Timing {
    std::chrono::milliseconds block = longest_block;    // of one waiting read
    std::chrono::milliseconds keep_interval{5000};      // between two times of saying what is held
    std::chrono::milliseconds recall_interval{200};     // between two looks whether a webhook waits for history
    std::chrono::milliseconds look_interval{5000};      // between two looks at what waits and is dead
    std::chrono::milliseconds take_over_after{20'000};  // an entry that nobody said to hold for so long
    std::chrono::milliseconds redis_pause{1000};        // after a failure of Redis
    std::chrono::milliseconds crowded_pause{250};       // before looking whether an API accepts us again
    std::chrono::milliseconds wait_for_rest{1000};      // of a person's entries: see Lanes::begin_read()
    std::chrono::milliseconds login_interval{5000};     // between two looks at the login, where there is one
    std::chrono::milliseconds pause_interval{1000};     // between two looks whether it is paused
    std::chrono::hours account_interval{1};             // between two readings of the Brevo account
    shared::BackOff trouble{std::chrono::seconds(1), std::chrono::minutes(1)};  // with the machine or a key
    api::Patience patience;
};

// Each of many connectors looks less often for what can wait: all of them together ask a hundred times a
// second at most.
inline Timing timing_of_one_among(std::size_t connectors) {
    Timing timing;
    timing.look_interval =
        std::max(timing.look_interval, static_cast<int>(connectors) * std::chrono::milliseconds(10));
    return timing;
}

}  // namespace syncing
