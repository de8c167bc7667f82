// What `webhooks repair` does, for an operator who asks the agent for it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "config/configuration.hpp"
#include "operating/connector.hpp"

namespace app {

class ConnectorServices;

// Makes the subscription right and has the agents look for what was missed meanwhile. Takes as long as what
// is on its way by the old one may need. Throws operating::RepairRefused, redis::Error, net::Interrupted.
boost::asio::awaitable<operating::Repaired> repair_subscription(boost::asio::any_io_executor executor,
                                                                config::Webhook webhook,
                                                                ConnectorServices& services);

// Has an agent reconcile within seconds. Throws operating::UnderWay, redis::Error.
boost::asio::awaitable<void> begin_reconciliation(ConnectorServices& services);

}  // namespace app
