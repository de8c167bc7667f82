#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "config/load.hpp"
#include "shared/webhook_entry.hpp"

namespace cli {
namespace {

namespace json = boost::json;

json::object to_json(const config::Connector& connector) {
    json::object object{{"name", connector.name}, {"enabled", connector.enabled}};
    if (!connector.enabled) return object;
    object["stream"] = shared::webhooks_key(connector.name);
    object["event_types"] = connector.mapping.event_mapping.size();
    object["fields"] = connector.mapping.field_mapping.fields.size() +
                       connector.mapping.field_mapping.questions_and_answers.size();
    object["calendly"] = connector.calendly.api_url.origin();
    object["brevo"] = connector.brevo.api_url.origin();
    return object;
}

void print(const config::Connector& connector) {
    if (!connector.enabled) {
        fmt::print("connector {}: disabled\n", connector.name);
        return;
    }
    fmt::print("connector {}: {} event types with a list or name, {} fields and {} questions mapped\n",
               connector.name, connector.mapping.event_mapping.size(),
               connector.mapping.field_mapping.fields.size(),
               connector.mapping.field_mapping.questions_and_answers.size());
}

// Reads the configuration and says what it comes to, without a secret.
int run(const std::string& config_path, bool as_json) {
    const auto configuration = config::load(config_path, config::process_environment());
    if (as_json) {
        json::array connectors;
        for (const auto& connector : configuration.connectors) connectors.push_back(to_json(connector));
        fmt::print("{}\n",
                   json::serialize(json::object{{"ok", true},
                                                {"connectors", connectors},
                                                {"warnings", json::value_from(configuration.warnings)}}));
        return app::exit_code::done;
    }
    for (const auto& warning : configuration.warnings) fmt::print(stderr, "warning: {}\n", warning);
    for (const auto& connector : configuration.connectors) print(connector);
    fmt::print("{}: OK\n", config_path);
    return app::exit_code::done;
}

Run declare_check(CLI::App&, const CommonOptions& common) {
    return [&common] { return run(common.config_path, common.as_json); };
}

}  // namespace

const Command check_command{"check", "Read the configuration and report mistakes; nothing is asked online",
                            true, declare_check};

}  // namespace cli
