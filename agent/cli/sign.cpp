#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "config/error.hpp"
#include "config/load.hpp"
#include "shared/secret_file.hpp"
#include "shared/signature.hpp"

namespace cli {
namespace {

std::string read_all(const std::string& path) {
    std::ostringstream text;
    if (path == "-") {
        text << std::cin.rdbuf();
        return text.str();
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error(fmt::format("{}: {}", path, std::strerror(errno)));
    text << file.rdbuf();
    return text.str();
}

const config::Connector& choose(const config::Configuration& configuration, const SignOptions& options) {
    const auto& connectors = configuration.connectors;
    if (options.connector.empty() && connectors.size() == 1) return connectors.front();
    for (const auto& connector : connectors)
        if (connector.name == options.connector) return connector;
    throw config::Error(options.config_path, 0,
                        options.connector.empty() ? "several connectors: name one with --connector"
                                                  : fmt::format("no connector '{}'", options.connector));
}

std::string first_key_of(const std::string& key_file) {
    try {
        return shared::parse_signing_keys(shared::read_secret_file(key_file).text).front();
    } catch (const std::invalid_argument& error) {
        throw config::Error(key_file, 0, error.what());
    }
}

std::string find_key(const SignOptions& options) {
    if (!options.key_file.empty()) return first_key_of(options.key_file);
    const auto configuration = config::load(options.config_path, config::process_environment());
    const auto& connector = choose(configuration, options);
    if (connector.webhook.signing_key.empty())
        throw config::Error(options.config_path, 0,
                            fmt::format("connectors.{}.webhook.signing_key: missing", connector.name));
    return connector.webhook.signing_key;
}

}  // namespace

int run_sign(const SignOptions& options) {
    const auto key = find_key(options);
    const auto body = read_all(options.body_file);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = options.time.value_or(std::chrono::duration_cast<std::chrono::seconds>(now).count());
    const auto value = shared::sign_delivery(key, seconds, body);
    if (options.as_json) {
        const boost::json::object header{{std::string(shared::signature_header_name), value}};
        fmt::print("{}\n", boost::json::serialize(header));
    } else {
        fmt::print("{}: {}\n", shared::signature_header_name, value);
    }
    return app::exit_code::done;
}

}  // namespace cli
