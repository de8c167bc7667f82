#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "cli/manual_page.hpp"
#include "cli/session.hpp"
#include "text/version.hpp"

namespace cli {
namespace {

struct ManOptions {
    std::vector<std::string> words;  // of the command
    std::string folder;
};

const DescribedCommand& find(const DescribedCommand& program, const std::vector<std::string>& words) {
    const auto* command = &program;
    for (const auto& word : words) {
        const auto below = std::ranges::find(command->commands, word, &DescribedCommand::name);
        if (below == command->commands.end())
            throw CommandError(
                fmt::format("'{}' has no command '{}'; see {} --help", command->path, word, command->path));
        command = &*below;
    }
    return *command;
}

void write_all(const DescribedCommand& command, const std::filesystem::path& folder) {
    const auto path = folder / (manual_name(command) + ".1");
    std::ofstream file(path);
    file << manual_page(command, text::version()) << std::flush;
    if (!file) throw CommandError(fmt::format("{} cannot be written", path.string()));
    for (const auto& below : command.commands) write_all(below, folder);
}

int print_manual(const ManOptions& options, const DescribedCommand& program) {
    if (options.folder.empty())
        fmt::print("{}", manual_page(find(program, options.words), text::version()));
    else
        write_all(program, options.folder);
    return app::exit_code::done;
}

Run declare_man(CLI::App& line, const CommonOptions&) {
    auto options = std::make_shared<ManOptions>();
    line.footer("To read one: calendly-brevo man backfill | man -l -");
    auto* words = line.add_option("command", options->words, "Of this command (default: of all, in short)");
    line.add_option("--into", options->folder, "Write the page of every command into this folder, for man1")
        ->excludes(words);
    return [&line, options] { return print_manual(*options, describe_program(line)); };
}

}  // namespace

const Command man_command{"man", "Print a manual page", false, declare_man, false};

}  // namespace cli
