// Manual pages and completions say what --help says, in languages that their readers understand: groff, bash,
// zsh, fish.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "cli/command_tree.hpp"
#include "cli/completion_scripts.hpp"
#include "cli/manual_page.hpp"
#include "cli/run.hpp"
#include "unit/temporary_folder.hpp"

namespace completion_test {

using cli::DescribedCommand;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

std::string printed(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "calendly-brevo");
    testing::internal::CaptureStdout();
    EXPECT_EQ(cli::run(static_cast<int>(arguments.size()), arguments.data()), 0);
    return testing::internal::GetCapturedStdout();
}

class Shells : public testing::Test {
protected:
    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
        return (folder_ / name).string();
    }
    // What a program prints, on both outputs.
    static std::string ask(const std::string& command) {
        auto* const pipe = ::popen((command + " 2>&1").c_str(), "r");
        std::string output;
        std::array<char, 4096> part;
        while (const auto size = std::fread(part.data(), 1, part.size(), pipe))
            output.append(part.data(), size);
        output += ::pclose(pipe) == 0 ? "" : "(failed)";
        return output;
    }
    // The first words of lines.
    static std::vector<std::string> first_words(const std::string& text) {
        std::vector<std::string> words;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) words.push_back(line.substr(0, line.find('\t')));
        return words;
    }

    unit::TemporaryFolder folder_;
};

// A program with what is hard to quote in it.
class OddProgram : public Shells {
protected:
    OddProgram() {
        app_.add_flag("--plain", is_plain_, "It's [odd]: 'quoted' \\ and .dotted");
        auto* list = app_.add_subcommand("list", "Lists what's there");
        list->add_option("-f,--format", format_, "How")->check(CLI::IsMember({"text", "json"}));
        list->add_option("file", file_, "Which")->required();
        auto* group = app_.add_subcommand("key-ring", ".begins with a dot");
        group->add_subcommand("make", "Makes one");
        program_ = cli::describe_program(*list);
    }
    CLI::App app_{"Does things", "calendly-brevo"};
    bool is_plain_ = false;
    std::string format_, file_;
    DescribedCommand program_;
};

TEST_F(OddProgram, IsDescribedWhole) {
    EXPECT_EQ(program_.path, "calendly-brevo");
    const auto& list = program_.commands.at(0);
    EXPECT_EQ(list.path, "calendly-brevo list");
    EXPECT_THAT(list.options.at(1).names, testing::ElementsAre("-f", "--format"));
    EXPECT_THAT(list.options.at(1).choices, testing::ElementsAre("text", "json"));
    EXPECT_EQ(list.options.at(2).argument, "file");
    EXPECT_TRUE(list.options.at(2).is_required);
    EXPECT_EQ(program_.commands.at(1).commands.at(0).path, "calendly-brevo key-ring make");
}

TEST_F(OddProgram, HasAPageThatCanBeRead) {
    const auto page = write("page.1", cli::manual_page(program_, "1.0"));
    EXPECT_THAT(
        ask("groff -man -Tascii -P-cbou -rLL=200n -ww " + page),
        AllOf(HasSubstr("It's [odd]: 'quoted' \\ and .dotted"), HasSubstr("calendly-brevo-key-ring(1)"),
              HasSubstr(".begins with a dot"), Not(HasSubstr("warning"))));
}

TEST_F(OddProgram, IsCompletedByBash) {
    const auto script = write("script", cli::bash_completion(program_));
    const auto completed = [&](const std::string& words, int at) {
        return ask("bash -c '. " + script + "; COMP_WORDS=(calendly-brevo " + words +
                   "); COMP_CWORD=" + std::to_string(at) + "; _calendly_brevo; echo ${COMPREPLY[*]}'");
    };
    EXPECT_EQ(completed("li", 1), "list\n");
    EXPECT_EQ(completed("key-ring ma", 2), "make\n");
    EXPECT_EQ(completed("list --fo", 2), "--format\n");
    EXPECT_EQ(completed("list --format te", 3), "text\n");
    EXPECT_EQ(completed("list -f \"\"", 3), "text json\n");
}

TEST_F(OddProgram, IsCompletedByFish) {
    const auto script = write("script", cli::fish_completion(program_));
    const auto completed = [&](const std::string& line) {
        return first_words(ask("HOME=" + folder_.path().string() + " fish --no-config -c 'source " + script +
                               "; complete -C \"" + line + "\"'"));
    };
    EXPECT_THAT(completed("calendly-brevo "), IsSupersetOf({"list", "key-ring"}));
    EXPECT_THAT(completed("calendly-brevo key-ring "), Contains("make"));
    EXPECT_THAT(completed("calendly-brevo list --f"), Contains("--format"));
    EXPECT_THAT(completed("calendly-brevo list --format "), IsSupersetOf({"text", "json"}));
    EXPECT_THAT(completed("calendly-brevo --pl"), Contains("--plain"));
}

// What zsh itself completes, in a terminal of its own; a key of ours shows what is typed then.
TEST_F(OddProgram, IsCompletedByZsh) {
    write("_calendly-brevo", cli::zsh_completion(program_));
    const auto driver = write("driver", R"(
zmodload zsh/zpty
zpty shell zsh -f -i
until_shown() { local text; while zpty -r shell text; do shown+=$text; [[ $shown == *$1* ]] && return; done }
zpty -w shell "PS1=; fpath=($2 \$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w shell "show() { print -r -- \"<\$BUFFER>\" }; zle -N show; bindkey '^Xb' show; echo read''y"
until_shown ready
zpty -n -w shell "$1"$'\t'
zpty -n -w shell $'\C-Xb'
until_shown '>'
zpty -d shell
print -r -- $shown
)");
    const auto completed = [&](const std::string& line) {
        return ask("timeout 20 zsh -f " + driver + " '" + line + "' " + folder_.path().string());
    };
    EXPECT_THAT(completed("calendly-brevo li"), HasSubstr("<calendly-brevo list >"));
    EXPECT_THAT(completed("calendly-brevo key-ring ma"), HasSubstr("<calendly-brevo key-ring make >"));
    EXPECT_THAT(completed("calendly-brevo list --fo"), HasSubstr("<calendly-brevo list --format "));
    EXPECT_THAT(completed("calendly-brevo list --format te"),
                HasSubstr("<calendly-brevo list --format text >"));
}

// Of every command that there is, a page; it names each option.
TEST_F(Shells, FindAPageForEachCommand) {
    printed({"man", "--into", folder_.path().c_str()});
    std::string pages;
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
        pages += " " + file.path().string();
        ++count;
    }
    EXPECT_GT(count, 30u);
    EXPECT_THAT(ask("groff -man -Tutf8 -z -ww" + pages), IsEmpty());
    EXPECT_THAT(printed({"man"}), HasSubstr("calendly\\-brevo\\-webhooks\\fR(1)"));
    EXPECT_THAT(printed({"man", "backfill"}), AllOf(HasSubstr("\\-\\-dry\\-run"), HasSubstr("\\-\\-from")));
}

TEST_F(Shells, UnderstandTheScripts) {
    for (const auto& shell : cli::all_shells) {
        const auto script = write(shell.name, printed({"completion", shell.name}));
        EXPECT_THAT(ask(std::string(shell.name) + " -n " + script), IsEmpty()) << shell.name;
    }
    const auto bash = (folder_ / "bash").string();
    EXPECT_THAT(ask("bash -c '. " + bash +
                    "; COMP_WORDS=(calendly-brevo backfill --); COMP_CWORD=2; _calendly_brevo; echo "
                    "${COMPREPLY[*]}'"),
                AllOf(HasSubstr("--dry-run"), HasSubstr("--connector"), HasSubstr("--json")));
}

}  // namespace completion_test
