#include "cli/run.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "config/error.hpp"
#include "net/first_cause.hpp"
#include "text/version.hpp"

namespace cli {
namespace {

// A command as it stands on the command line.
struct Declared {
    CLI::App* line;
    Run run;
};

void add_common_options(CLI::App& line, const Command& command, CommonOptions& common) {
    if (command.has_configuration)
        line.add_option("-c,--config", common.config_path, "The configuration")->capture_default_str();
    if (command.has_json) line.add_flag("--json", common.as_json, "Print JSON");
}

// The group stands in --help where its first command does.
CLI::App& declare_group(CLI::App& app, const std::string& name) {
    for (auto* line : app.get_subcommands({}))
        if (line->get_name() == name) return *line;
    const auto group =
        std::ranges::find_if(all_groups, [&](const auto& candidate) { return candidate.name == name; });
    auto* line = app.add_subcommand(name, group->description);
    line->require_subcommand(1);
    return *line;
}

CLI::App& declare_line(CLI::App& app, const Command& command) {
    const std::string name = command.name;
    const auto blank = name.find(' ');
    if (blank == name.npos) return *app.add_subcommand(name, command.description);
    auto& group = declare_group(app, name.substr(0, blank));
    return *group.add_subcommand(name.substr(blank + 1), command.description);
}

std::vector<Declared> declare_all(CLI::App& app, CommonOptions& common) {
    std::vector<Declared> declared;
    for (const auto* command : all_commands) {
        auto* line = &declare_line(app, *command);
        add_common_options(*line, *command, common);
        declared.push_back({line, command->declare(*line, common)});
    }
    return declared;
}

int dispatch(const std::vector<Declared>& declared) {
    for (const auto& [line, run] : declared)
        if (line->parsed()) return run();
    return app::exit_code::usage;  // cannot be: the parser asks for a command
}

// One line: what is wrong, and where the options are told of.
std::string usage_error(const CLI::App* app, const CLI::Error& error) {
    std::string command = "calendly-brevo";
    for (auto chosen = app->get_subcommands(); !chosen.empty(); chosen = chosen.front()->get_subcommands())
        command += " " + chosen.front()->get_name();
    std::string what = error.what();
    std::ranges::replace(what, '\n', ' ');
    return fmt::format("calendly-brevo: {}; see {} --help\n", what, command);
}

// Of what is being caught.
int report(int code) {
    std::fflush(stdout);  // what was said before comes before
    fmt::print(stderr, "calendly-brevo: {}\n", net::first_cause(std::current_exception()));
    return code;
}

}  // namespace

int run(int argc, const char* const* argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a connection that was closed is an error of its write
    CLI::App app("Brings what happens in Calendly to Brevo: contacts, lists, events.", "calendly-brevo");
    app.require_subcommand(1);
    app.set_version_flag("--version", text::version());
    app.failure_message(usage_error);
    CommonOptions common;
    const auto declared = declare_all(app, common);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? app::exit_code::done : app::exit_code::usage;
    }
    try {
        return dispatch(declared);
    } catch (const config::Error&) {
        return report(app::exit_code::configuration);
    } catch (const std::exception&) {
        return report(app::exit_code::failed);
    }
}

}  // namespace cli
