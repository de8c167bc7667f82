#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "cli/completion_scripts.hpp"

namespace cli {
namespace {

Run declare_completion(CLI::App& line, const CommonOptions&) {
    auto wanted = std::make_shared<std::string>();
    std::vector<std::string> names;
    for (const auto& shell : all_shells) names.emplace_back(shell.name);
    line.add_option("shell", *wanted, "For which shell")->required()->check(CLI::IsMember(names));
    return [&line, wanted] {
        const auto shell = std::ranges::find(all_shells, *wanted, &Shell::name);
        fmt::print("{}", shell->script(describe_program(line)));
        return app::exit_code::done;
    };
}

}  // namespace

const Command completion_command{"completion",
                                 "Print a script with which a shell completes commands and options", false,
                                 declare_completion, false};

}  // namespace cli
