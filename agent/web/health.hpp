// Whether all is well: the one verdict, and what it rests on.
#pragma once

#include <string>
#include <vector>

#include "sync/connector_status.hpp"

namespace web {

// Redis answers, no API refuses the credential or is in trouble, and the Brevo account has what the
// configuration names.
bool is_healthy(const syncing::ConnectorStatus& connector);

struct Health {
    bool is_healthy = false;  // every connector is
    // {"healthy", "connectors": {<name>: {"redis_up", "in_flight" (entries), "parked": {<api>: reason},
    // "resting": [<api>], "mapping_problem", "left_out": {<cause>: count}}}}
    std::string json;
};

Health health_of(const std::vector<syncing::ConnectorStatus>& connectors);

}  // namespace web
