#include "cli/choose.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "config/error.hpp"

namespace cli {

void add_connector_option(CLI::App& line, std::string& connector) {
    line.add_option("--connector", connector, "Which connector (default: the only one)");
}

const config::Connector& choose(const config::Configuration& configuration, const std::string& config_path,
                                const std::string& name) {
    const auto& connectors = configuration.connectors;
    const auto chosen = [&](const auto& connector) {
        return name.empty() ? connector.enabled : connector.name == name;
    };
    const auto first = std::ranges::find_if(connectors, chosen);
    if (first == connectors.end())
        throw config::Error(
            config_path, 0,
            name.empty() ? "no connector is enabled" : "no connector has the name that --connector says");
    if (std::ranges::count_if(connectors, chosen) > 1)
        throw config::Error(config_path, 0, "several connectors: name one with --connector");
    if (!first->enabled)
        throw config::Error(config_path, 0, "the connector that --connector names is disabled");
    return *first;
}

}  // namespace cli
