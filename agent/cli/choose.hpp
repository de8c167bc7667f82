// Which connector of the configuration a command is about.
#pragma once

#include <string>

#include "config/configuration.hpp"

namespace CLI {
class App;
}

namespace cli {

// --connector NAME
void add_connector_option(CLI::App& line, std::string& connector);

// `name` may be empty: the only one that is enabled. Throws config::Error.
const config::Connector& choose(const config::Configuration& configuration, const std::string& config_path,
                                const std::string& name);

}  // namespace cli
