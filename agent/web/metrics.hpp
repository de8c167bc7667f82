// The agent's numbers as Prometheus text.
#pragma once

#include <string>
#include <vector>

#include "sync/connector_status.hpp"

namespace web {

std::string metrics_text(const std::vector<syncing::ConnectorStatus>& connectors);

}  // namespace web
