#include "cli/completion_scripts.hpp"

#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cli {
namespace {

// For each command of the program, the program itself first.
void visit(const DescribedCommand& command, const std::function<void(const DescribedCommand&)>& see) {
    see(command);
    for (const auto& below : command.commands) visit(below, see);
}

// "webhooks list"; "" for the program itself.
std::string words_of(const DescribedCommand& command) {
    const auto blank = command.path.find(' ');
    return blank == command.path.npos ? "" : command.path.substr(blank + 1);
}

// What may stand next: commands, options, values of arguments that have choices.
std::vector<std::string> next_words(const DescribedCommand& command) {
    std::vector<std::string> words;
    for (const auto& below : command.commands) words.push_back(below.name);
    for (const auto& option : command.options) {
        words.insert(words.end(), option.names.begin(), option.names.end());
        if (option.names.empty()) words.insert(words.end(), option.choices.begin(), option.choices.end());
    }
    return words;
}

// Inside of '...' of a shell.
std::string quoted_words(std::string text) {
    for (std::size_t at = 0; (at = text.find('\'', at)) != text.npos; at += 4) text.replace(at, 1, "'\\''");
    return text;
}

// Inside of [...] of zsh's _arguments, and of '...' around it.
std::string zsh_description(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == '\\' || c == ':') escaped += '\\';
        escaped += c;
    }
    return quoted_words(escaped);
}

// What zsh offers as the value of an option, or of an argument.
std::string zsh_value(const DescribedOption& option) {
    if (!option.choices.empty()) return fmt::format("({})", fmt::join(option.choices, " "));
    return "_files";
}

std::string zsh_specification(const DescribedOption& option, const std::string& name) {
    const auto what = zsh_description(option.description);
    const auto value = option.takes_value() ? fmt::format(":value:{}", zsh_value(option)) : "";
    return fmt::format("'{}{}[{}]{}'", option.is_repeatable ? "*" : "", name, what, value);
}

std::string zsh_arguments(const DescribedCommand& command) {
    std::string text;
    for (const auto& option : command.options) {
        for (const auto& name : option.names) text += " \\\n        " + zsh_specification(option, name);
        if (option.names.empty())
            text += fmt::format(" \\\n        '{}:{}:{}'", option.is_repeatable ? "*" : "",
                                zsh_description(option.argument), zsh_value(option));
    }
    return text;
}

// Of the function for a command.
std::string zsh_name(const DescribedCommand& command) {
    auto name = words_of(command);
    for (auto& c : name)
        if (c == ' ' || c == '-') c = '_';
    return name.empty() ? "_calendly-brevo" : "_calendly-brevo_" + name;
}

// A function that completes what follows a command.
std::string zsh_function(const DescribedCommand& command) {
    const auto function = zsh_name(command);
    if (command.commands.empty())
        return fmt::format("{}() {{\n    _arguments -s{}\n}}\n\n", function, zsh_arguments(command));
    std::string commands, cases;
    for (const auto& below : command.commands) {
        commands += fmt::format("        '{}:{}'\n", below.name, zsh_description(below.description));
        cases += fmt::format("        {}) {} ;;\n", below.name, zsh_name(below));
    }
    return fmt::format(
        "{}() {{\n    local context state state_descr line\n    typeset -A opt_args\n    local -a "
        "commands=(\n{}    )\n"
        "    _arguments -C{} \\\n        '1:command:->command' '*::argument:->argument'\n"
        "    case $state in\n    command) _describe command commands ;;\n    argument)\n        case "
        "$words[1] in\n{}"
        "        esac\n        ;;\n    esac\n}}\n\n",
        function, commands, zsh_arguments(command), cases);
}

std::string fish_line(const DescribedCommand& command, const DescribedOption& option) {
    std::string line =
        fmt::format("complete -c calendly-brevo -n '__calendly_brevo_at \"{}\"'", words_of(command));
    for (const auto& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (option.takes_value()) line += option.choices.empty() ? " -r -F" : " -x";
    if (!option.choices.empty()) line += fmt::format(" -a '{}'", fmt::join(option.choices, " "));
    return line + fmt::format(" -d '{}'\n", quoted_words(option.description));
}

}  // namespace

std::string bash_completion(const DescribedCommand& program) {
    std::string steps, values, words;
    visit(program, [&](const DescribedCommand& command) {
        const auto path = words_of(command);
        if (!path.empty()) steps += fmt::format("        '{}') command='{}' ;;\n", path, path);
        for (const auto& option : command.options) {
            if (!option.takes_value()) continue;
            for (const auto& name : option.names)
                values +=
                    fmt::format("    '{} {}') COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n",
                                path, name, quoted_words(fmt::format("{}", fmt::join(option.choices, " "))));
        }
        words += fmt::format("    '{}') words='{}' ;;\n", path,
                             quoted_words(fmt::format("{}", fmt::join(next_words(command), " "))));
    });
    return fmt::format(
        "# Completion of calendly-brevo for bash: source it, or install it as "
        "/usr/share/bash-completion/completions/calendly-brevo.\n"
        "_calendly_brevo() {{\n"
        "    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} command= "
        "words= word\n"
        "    for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
        "        case \"${{command:+$command }}$word\" in\n{}        esac\n    done\n"
        "    # The value of an option; without choices files are offered.\n"
        "    case \"$command $previous\" in\n{}    esac\n"
        "    case $command in\n{}    esac\n"
        "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
        "}}\n"
        "complete -o default -F _calendly_brevo calendly-brevo\n",
        steps, values, words);
}

std::string zsh_completion(const DescribedCommand& program) {
    std::string script =
        "#compdef calendly-brevo\n"
        "# Completion of calendly-brevo for zsh: install it as _calendly-brevo in a folder of $fpath, or "
        "source it.\n\n";
    visit(program, [&](const DescribedCommand& command) { script += zsh_function(command); });
    return script +
           "if [[ ${funcstack[1]} == _calendly-brevo ]]; then\n    _calendly-brevo \"$@\"\nelse\n"
           "    compdef _calendly-brevo calendly-brevo\nfi\n";
}

std::string fish_completion(const DescribedCommand& program) {
    std::string groups, lines;
    visit(program, [&](const DescribedCommand& command) {
        if (!words_of(command).empty()) groups += fmt::format(" '{}'", words_of(command));
        for (const auto& below : command.commands)
            lines +=
                fmt::format("complete -c calendly-brevo -f -n '__calendly_brevo_at \"{}\"' -a {} -d '{}'\n",
                            words_of(command), below.name, quoted_words(below.description));
        for (const auto& option : command.options)
            if (!option.names.empty() || !option.choices.empty()) lines += fish_line(command, option);
    });
    return fmt::format(
        "# Completion of calendly-brevo for fish: install it as "
        "/usr/share/fish/vendor_completions.d/calendly-brevo.fish.\n"
        "# Whether the command that is typed so far is this one.\n"
        "function __calendly_brevo_at\n"
        "    set -l command\n"
        "    for word in (commandline -opc)[2..]\n"
        "        set -l longer (string join ' ' $command $word)\n"
        "        contains -- $longer{} && set command $longer\n"
        "    end\n"
        "    test \"$command\" = $argv[1]\n"
        "end\n\n{}",
        groups, lines);
}

}  // namespace cli
