// Whether all is well: the one verdict, and what it rests on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "operating/verdict.hpp"
#include "sync/connector_status.hpp"

namespace web {

using operating::Verdict;
using operating::verdict_on;

struct Health {
    bool is_healthy = false;  // every connector is, without reserve
    // {"healthy", "status" (the worst verdict), "connectors": {<name>: {"redis_up", "in_flight" (entries),
    // "parked": {<api>: reason}, "parked_since": {<api>: time}, "resting": [<api>], "stuck" (pieces of work
    // whose call fails again and again), "subscription" (its state; "unknown"; null: nobody watches it),
    // "edge" ("ok", "unknown", what is wrong; null), "mapping_problem", "account_problem", "left_out":
    // {<cause>: count}, "dead_letters":
    // {"count", "since"}, "troubles": [{"kind", "cause", "pieces" (of work that are repeated), "since"}]}}}
    std::string json;
};

Health health_of(const std::vector<syncing::ConnectorStatus>& connectors);

}  // namespace web
