// What a command of calendly-brevo is made of.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace cli {

// The options that commands have in common, as they were parsed.
struct CommonOptions {
    std::string config_path = "/etc/calendly-brevo/connector.yaml";
    bool as_json = false;  // without --json a command prints text for people
};

// Runs a command whose options are parsed, and gives back the exit code. Throws config::Error for a mistake
// in the configuration, and any other std::exception that says why the command failed.
using Run = std::function<int()>;

struct Command {
    const char* name;         // one word, or two: "webhooks list"
    const char* description;  // one line, for --help
    bool has_json;            // takes --json

    // Declares the options that only this command has. `common` is filled in before Run is called, and
    // outlives it.
    Run (*declare)(CLI::App& line, const CommonOptions& common);

    bool has_configuration = true;  // takes --config
};

}  // namespace cli
