// The JSON of the verdict: `status --json`, GET /api/v1/status, /readyz. openapi/operator.json describes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "operating/observer.hpp"
#include "operating/readiness.hpp"
#include "redis/backlog.hpp"

namespace operating {

// An agent of the group, this one or another.
struct AgentSign {
    std::string name;
    std::int64_t seen_ms = 0;
    std::string version;  // "unknown" of another one
};

struct StatusFacts {
    std::string version;
    std::vector<AgentSign> agents;
    // In the order of the connectors; nothing: Redis does not tell.
    std::vector<std::optional<redis::Backlog>> backlogs;
};

boost::json::object status_json(const Observer& observer, const StatusFacts& facts);

Readiness readiness(const Observer& observer);

// One line for systemd and for people: "healthy: all is well", or the sentence of the worst connector.
std::string status_line(const Observer& observer);

}  // namespace operating
