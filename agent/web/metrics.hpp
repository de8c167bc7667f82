// The agent's numbers as Prometheus text.
#pragma once

#include <string>
#include <vector>

#include "http/server_counts.hpp"
#include "sync/connector_status.hpp"

namespace web {

// `admin`: of the server that shows them.
std::string metrics_text(const std::vector<syncing::ConnectorStatus>& connectors,
                         const http::ServerCounts& admin = {});

}  // namespace web
