// One connector as it is now, for health and metrics.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "api/api_state.hpp"
#include "redis/dead_letter_queue.hpp"
#include "sync/counters.hpp"

namespace syncing {

// The pieces of work that meet one trouble at present.
struct TroubleReport {
    TroubleKind kind = TroubleKind::machine;
    std::string cause;
    std::size_t pieces = 0;
    std::chrono::system_clock::time_point since;
};

struct ConnectorStatus {
    std::string name;
    Counters counters;
    api::ApiStates apis;
    bool redis_up = false;
    std::string mapping_problem;  // attributes and lists that the Brevo account lacks; "": none
    std::size_t in_flight = 0;    // entries held
    redis::Buried dead_letters;
    std::vector<TroubleReport> troubles;  // of the machine, with keys and rights; the longest first
};

}  // namespace syncing
