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

// What one area looks at, added one by one: when the time is over, what was found stays. What goes wrong is a
// finding; they throw net::Interrupted alone.
rules::Findings examine_config(const Patient& patient);
boost::asio::awaitable<void> examine_redis(Patient patient, rules::Findings& findings);
boost::asio::awaitable<void> examine_agent(Patient patient, rules::Findings& findings);
boost::asio::awaitable<void> examine_edge(Patient patient, rules::Findings& findings);
// These have clock.skew, too.
boost::asio::awaitable<void> examine_calendly(Patient patient, rules::Findings& findings);
boost::asio::awaitable<void> examine_brevo(Patient patient, rules::Findings& findings);

}  // namespace app
