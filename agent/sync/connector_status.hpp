// One connector as it is now, for health and metrics.
#pragma once

#include <cstddef>
#include <string>

#include "api/api_state.hpp"
#include "sync/counters.hpp"

namespace syncing {

struct ConnectorStatus {
    std::string name;
    Counters counters;
    api::ApiStates apis;
    bool redis_up = false;
    std::string mapping_problem;  // attributes and lists that the Brevo account lacks; "": none
    std::size_t in_flight = 0;    // entries held
};

}  // namespace syncing
