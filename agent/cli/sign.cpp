#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "config/error.hpp"
#include "config/load.hpp"
#include "shared/secret_file.hpp"
#include "shared/signature.hpp"

namespace cli {
namespace {

struct Options {
    std::string connector;             // empty: the only one
    std::string key_file;              // instead of the configuration: the last key in it
    std::string body_file;             // "-": standard input
    std::optional<std::int64_t> time;  // Unix seconds; nothing: now
};

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

// The newest: the one with which a subscription that is made now signs.
std::string last_key_of(const std::string& key_file) {
    try {
        return shared::parse_signing_keys(shared::read_secret_file(key_file).text).back();
    } catch (const std::invalid_argument& error) {
        throw config::Error(key_file, 0, error.what());
    }
}

std::string find_key(const std::string& config_path, const Options& options) {
    if (!options.key_file.empty()) return last_key_of(options.key_file);
    const auto configuration = config::load(config_path, config::process_environment());
    const auto& connector = choose(configuration, config_path, options.connector);
    if (!connector.webhook.signing_key_file.empty()) return last_key_of(connector.webhook.signing_key_file);
    if (connector.webhook.signing_key.empty())
        throw config::Error(config_path, 0,
                            fmt::format("connectors.{}.webhook.signing_key: missing", connector.name));
    return connector.webhook.signing_key;
}

int run(const CommonOptions& common, const Options& options) {
    const auto key = find_key(common.config_path, options);
    const auto body = read_all(options.body_file);
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = options.time.value_or(std::chrono::duration_cast<std::chrono::seconds>(now).count());
    const auto value = shared::sign_delivery(key, seconds, body);
    if (common.as_json) {
        const boost::json::object header{{std::string(shared::signature_header_name), value}};
        fmt::print("{}\n", boost::json::serialize(header));
    } else {
        fmt::print("{}: {}\n", shared::signature_header_name, value);
    }
    return app::exit_code::done;
}

Run declare_sign(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<Options>();
    add_connector_option(line, options->connector);
    line.add_option("--key-file", options->key_file,
                    "The last key of this file instead of the configuration's");
    line.add_option("--time", options->time, "Unix seconds (default: now)");
    line.add_option("body", options->body_file, "File with the body, - for standard input")->default_val("-");
    return [&common, options] { return run(common, *options); };
}

}  // namespace

const Command sign_command{"sign", "Print the header with which Calendly would sign a body, for testing",
                           true, declare_sign};

}  // namespace cli
