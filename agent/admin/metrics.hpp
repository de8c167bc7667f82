// The agent's numbers as Prometheus text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sync/statistics.hpp"

namespace admin {

// One connector as it is now.
struct ConnectorStatus {
    std::string name;
    syncing::Statistics statistics;
    std::size_t in_flight = 0;
};

std::string metrics_text(const std::vector<ConnectorStatus>& connectors);

}  // namespace admin
