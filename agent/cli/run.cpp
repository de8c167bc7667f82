#include <csignal>

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include "app/agent.hpp"
#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "config/error.hpp"

namespace cli {
namespace {

constexpr auto default_config = "/etc/calendly-brevo/connector.yaml";

struct Options {
    std::string config_path = default_config;
    bool as_json = false;
    SignOptions sign;
};

void add_config(CLI::App& command, Options& options) {
    command.add_option("-c,--config", options.config_path, "The configuration")->capture_default_str();
}

void add_json(CLI::App& command, Options& options) {
    command.add_flag("--json", options.as_json, "Print JSON");
}

void add_sign(CLI::App& app, Options& options) {
    auto* sign =
        app.add_subcommand("sign", "Print the header with which Calendly would sign a body, for testing");
    add_config(*sign, options);
    add_json(*sign, options);
    sign->add_option("--connector", options.sign.connector,
                     "Whose signing key (default: the only connector's)");
    sign->add_option("--key-file", options.sign.key_file,
                     "The first key of this file instead of the configuration's");
    sign->add_option("--time", options.sign.time, "Unix seconds (default: now)");
    sign->add_option("body", options.sign.body_file, "File with the body, - for standard input")
        ->default_val("-");
}

int dispatch(const CLI::App& app, Options& options) {
    if (app.got_subcommand("agent")) return app::run_agent(options.config_path);
    if (app.got_subcommand("check")) return run_check(options.config_path, options.as_json);
    options.sign.config_path = options.config_path;
    options.sign.as_json = options.as_json;
    return run_sign(options.sign);
}

int report(const std::exception& error, int code) {
    fmt::print(stderr, "calendly-brevo: {}\n", error.what());
    return code;
}

}  // namespace

int run(int argc, const char* const* argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a connection that was closed is an error of its write
    CLI::App app("Brings what happens in Calendly to Brevo: contacts, lists, events.", "calendly-brevo");
    app.require_subcommand(1);
    app.set_version_flag("--version", CALENDLY_BREVO_VERSION);
    Options options;
    add_config(
        *app.add_subcommand("agent", "Run: drain Redis, follow Calendly's links, bring Brevo up to date"),
        options);
    auto* check =
        app.add_subcommand("check", "Read the configuration and report mistakes; nothing is asked online");
    add_config(*check, options);
    add_json(*check, options);
    add_sign(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? app::exit_code::done : app::exit_code::usage;
    }
    try {
        return dispatch(app, options);
    } catch (const config::Error& error) {
        return report(error, app::exit_code::configuration);
    } catch (const std::exception& error) {
        return report(error, app::exit_code::failed);
    }
}

}  // namespace cli
