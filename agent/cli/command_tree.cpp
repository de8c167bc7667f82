#include "cli/command_tree.hpp"

#include <CLI/CLI.hpp>

namespace cli {
namespace {

// The library writes the values that IsMember() allows into the kind of the value: "TEXT:{active,canceled}".
std::vector<std::string> choices_in(std::string& kind) {
    std::vector<std::string> choices;
    const auto begin = kind.find(":{");
    if (begin == kind.npos || !kind.ends_with('}')) return choices;
    std::string list = kind.substr(begin + 2, kind.size() - begin - 3);
    kind.resize(begin);
    for (std::size_t comma; (comma = list.find(',')) != list.npos; list.erase(0, comma + 1))
        choices.push_back(list.substr(0, comma));
    choices.push_back(std::move(list));
    return choices;
}

DescribedOption describe(const CLI::Option& option) {
    DescribedOption described;
    for (const auto& name : option.get_snames()) described.names.push_back("-" + name);
    for (const auto& name : option.get_lnames()) described.names.push_back("--" + name);
    if (described.names.empty()) described.argument = option.get_single_name();
    if (option.get_items_expected_max() > 0) described.value = option.get_type_name();
    described.choices = choices_in(described.value);
    described.initial = option.get_default_str();
    described.description = option.get_description();
    described.is_required = option.get_required();
    described.is_repeatable = option.get_items_expected_max() > 1;
    return described;
}

DescribedCommand describe(const CLI::App& line, const std::string& above) {
    DescribedCommand described{.name = line.get_name(),
                               .path = above + line.get_name(),
                               .description = line.get_description(),
                               .footer = line.get_footer(),
                               .options = {},
                               .commands = {}};
    for (const auto* option : line.get_options({})) described.options.push_back(describe(*option));
    for (const auto* command : line.get_subcommands({}))
        described.commands.push_back(describe(*command, described.path + " "));
    return described;
}

}  // namespace

DescribedCommand describe_program(const CLI::App& line) {
    const auto* program = &line;
    while (program->get_parent()) program = program->get_parent();
    return describe(*program, "");
}

}  // namespace cli
