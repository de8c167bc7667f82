// Looks at everything that a booking passes on its way, and changes nothing.
#pragma once

#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "config/configuration.hpp"
#include "rules/finding.hpp"

namespace app {

class ConnectorServices;

// What is looked at.
struct Patient {
    boost::asio::any_io_executor executor;
    const config::Configuration& configuration;
    const std::string& config_path;
    const config::Connector& connector;
    ConnectorServices& services;
};

// All at once, each area for at most five seconds. Throws net::Interrupted.
boost::asio::awaitable<rules::Findings> diagnose(Patient patient, rules::Selection selection);

// What one area looks at. What goes wrong is a finding; they throw net::Interrupted alone.
rules::Findings examine_config(const Patient& patient);
boost::asio::awaitable<rules::Findings> examine_redis(Patient patient);
boost::asio::awaitable<rules::Findings> examine_agent(Patient patient);
boost::asio::awaitable<rules::Findings> examine_edge(Patient patient);
// These have clock.skew, too.
boost::asio::awaitable<rules::Findings> examine_calendly(Patient patient);
boost::asio::awaitable<rules::Findings> examine_brevo(Patient patient);

}  // namespace app
