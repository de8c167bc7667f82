#include "cli/manual_page.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cli {
namespace {

// Of the page about what is typed so.
std::string name_of(std::string path) {
    std::ranges::replace(path, ' ', '-');
    return path;
}

// A hyphen stays the one that can be copied to a terminal; no line begins with a dot by chance.
std::string roff(const std::string& text) {
    std::string escaped;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins_line = i == 0 || text[i - 1] == '\n';
        if (begins_line && (text[i] == '.' || text[i] == '\'')) escaped += "\\&";
        if (text[i] == '-')
            escaped += "\\-";
        else if (text[i] == '\\')
            escaped += "\\e";
        else
            escaped += text[i];
    }
    return escaped;
}

std::string value_of(const DescribedOption& option) {
    if (!option.choices.empty()) return roff(fmt::format("{}", fmt::join(option.choices, "|")));
    return "\\fI" + roff(option.value) + "\\fR";
}

std::string tag_of(const DescribedOption& option) {
    if (option.names.empty()) return "\\fI" + roff(option.argument) + "\\fR";
    std::string tag;
    for (const auto& name : option.names) tag += (tag.empty() ? "\\fB" : ", \\fB") + roff(name) + "\\fR";
    return option.takes_value() ? tag + " " + value_of(option) : tag;
}

std::string explained(const DescribedOption& option) {
    auto text = option.description;
    if (option.is_required) text += "; required";
    if (!option.initial.empty()) text += fmt::format(" (default: {})", option.initial);
    return roff(text);
}

// As it is typed, with what cannot be left out.
std::string synopsis(const DescribedCommand& command) {
    std::string line = "\\fB" + roff(command.path) + "\\fR";
    if (!command.commands.empty()) return line + " \\fIcommand\\fR [\\fIoption\\fR...]";
    for (const auto& option : command.options)
        if (option.is_required && !option.names.empty()) line += " " + tag_of(option);
    line += " [\\fIoption\\fR...]";
    for (const auto& option : command.options) {
        if (!option.names.empty()) continue;
        const auto argument = tag_of(option) + (option.is_repeatable ? "..." : "");
        line += option.is_required ? " " + argument : " [" + argument + "]";
    }
    return line;
}

std::string paragraphs(const DescribedCommand& command, bool by_place) {
    std::string text;
    for (const auto& option : command.options)
        if (option.names.empty() == by_place)
            text += fmt::format(".TP\n{}\n{}\n", tag_of(option), explained(option));
    return text;
}

std::string section(const char* title, const std::string& text) {
    return text.empty() ? "" : fmt::format(".SH {}\n{}", title, text);
}

std::string commands_below(const DescribedCommand& command) {
    std::string text;
    for (const auto& below : command.commands)
        text += fmt::format(".TP\n\\fB{}\\fR(1)\n{}\n", roff(manual_name(below)), roff(below.description));
    return text;
}

std::string see_also(const DescribedCommand& command) {
    const auto last = command.path.rfind(' ');
    if (last == command.path.npos) return "";
    return fmt::format("\\fB{}\\fR(1)\n", roff(name_of(command.path.substr(0, last))));
}

}  // namespace

std::string manual_name(const DescribedCommand& command) {
    return name_of(command.path);
}

std::string manual_page(const DescribedCommand& command, const std::string& version) {
    const auto name = manual_name(command);
    auto title = name;
    std::ranges::transform(title, title.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
    return fmt::format(".TH {} 1 \"\" \"calendly\\-brevo {}\"\n", roff(title), roff(version)) +
           section("NAME", fmt::format("{} \\- {}\n", roff(name), roff(command.description))) +
           section("SYNOPSIS", synopsis(command) + "\n") +
           section("DESCRIPTION",
                   command.footer.empty() ? "" : fmt::format(".nf\n{}\n.fi\n", roff(command.footer))) +
           section("COMMANDS", commands_below(command)) + section("ARGUMENTS", paragraphs(command, true)) +
           section("OPTIONS", paragraphs(command, false)) + section("SEE ALSO", see_also(command));
}

}  // namespace cli
