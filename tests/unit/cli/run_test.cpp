// The command line: the table of commands, exit codes, and what the commands without a network print.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/run.hpp"

namespace run_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

struct Ran {
    int exit_code;
    std::string output;  // standard output
    std::string errors;  // standard error
};

Ran run(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "calendly-brevo");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int exit_code = cli::run(static_cast<int>(arguments.size()), arguments.data());
    return {exit_code, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

// A command's words as they are typed, and what it cannot do without.
std::vector<std::string> words_of(const cli::Command& command, bool with_arguments = false) {
    static const std::map<std::string, std::vector<std::string>> required = {
        {"invitees list", {"EVENT"}},    {"links create", {"demo"}},
        {"webhooks delete", {"--ours"}}, {"dead show", {"1-0"}},
        {"dead replay", {"1-0"}},        {"dead discard", {"1-0"}},
        {"forget", {"ada@example.com"}}, {"backfill", {"--from", "2026-01-01", "--to", "2026-02-01"}}};
    std::istringstream name(command.name);
    std::vector<std::string> words{std::istream_iterator<std::string>(name), {}};
    const auto found = required.find(command.name);
    if (with_arguments && found != required.end())
        words.insert(words.end(), found->second.begin(), found->second.end());
    return words;
}

Ran run(std::vector<std::string> words, const std::vector<const char*>& more) {
    std::vector<const char*> arguments;
    for (const auto& word : words) arguments.push_back(word.c_str());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(std::move(arguments));
}

class CommandLine : public testing::Test {
protected:
    CommandLine() {
        std::filesystem::create_directory(folder_);
        write("signing.key", "the-key-of-the-tests\n");
        std::filesystem::permissions(folder_ / "signing.key", std::filesystem::perms::owner_all);
        write("body.json", "{}");
    }
    ~CommandLine() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
    }
    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    std::filesystem::path folder_ =
        std::filesystem::path(testing::TempDir()) / ("calendly-brevo-cli-" + std::to_string(::getpid()));
};

constexpr auto two_connectors = R"(
brevo: {api_key: top-secret-brevo-key}
connectors:
  one: {access_token: a, webhook: {signing_key: the-key-of-the-tests}}
  two: {access_token: b}
)";

TEST_F(CommandLine, EveryCommandOfTheTableHasItsOwnNameAndOneLineOfHelp) {
    const auto help = run({"--help"});
    std::set<std::string> names;
    for (const auto* command : cli::all_commands) {
        EXPECT_TRUE(names.insert(command->name).second) << command->name;
        const auto words = words_of(*command);
        const auto group = words.size() > 1 ? run({words.front()}, {"--help"}) : help;
        EXPECT_THAT(help.output, HasSubstr(words.front()));
        EXPECT_THAT(group.output, AllOf(HasSubstr(words.back()), HasSubstr(command->description)));
        EXPECT_EQ(std::string(command->description).find('\n'), std::string::npos);
    }
}

TEST_F(CommandLine, EveryCommandTakesTheCommonOptions) {
    for (const auto* command : cli::all_commands) {
        const auto help = run(words_of(*command), {"--help"});
        EXPECT_EQ(help.exit_code, 0);
        // CLI11 shows the default after "=", since 2.5 in brackets.
        const std::regex config("-c,--config TEXT(=| \\[)/etc/calendly-brevo/connector\\.yaml");
        EXPECT_EQ(std::regex_search(help.output, config), command->has_configuration) << command->name;
        EXPECT_EQ(help.output.find("--json") != std::string::npos, command->has_json) << command->name;
    }
}

TEST_F(CommandLine, WithoutACommandOrWithAnUnknownOneItIsAUsageError) {
    const std::vector<std::vector<const char*>> mistakes = {
        {}, {"frobnicate"}, {"agent", "--json"}, {"check", "sign"}, {"sign", "--time", "noon"}};
    for (const auto& arguments : mistakes) {
        const auto ran = run(arguments);
        EXPECT_EQ(ran.exit_code, 2);
        EXPECT_EQ(std::ranges::count(ran.errors, '\n'), 1) << ran.errors;
        EXPECT_THAT(ran.errors, AllOf(StartsWith("calendly-brevo: "), HasSubstr(" --help\n")));
    }
    EXPECT_THAT(run({"sign", "--time", "noon"}).errors, HasSubstr("see calendly-brevo sign --help"));
    EXPECT_THAT(run({"dead", "show"}).errors, HasSubstr("see calendly-brevo dead show --help"));
}

TEST_F(CommandLine, AnIdThatIsNoneIsSaidBeforeAnythingIsAsked) {
    for (const auto* option : {"--stream-id", "--dead"}) {
        const auto ran = run({"preview", option, "abc"});
        EXPECT_EQ(ran.exit_code, 2);
        EXPECT_THAT(ran.errors, AllOf(HasSubstr("'abc' is no entry's id"), HasSubstr("dead list")));
    }
    EXPECT_EQ(run({"preview", "--dead", "1-1", "-c", "/nonexistent/connector.yaml"}).exit_code, 78);
}

TEST_F(CommandLine, AMistakeInTheConfigurationIs78AndNamesTheFile) {
    for (const auto* command : cli::all_commands) {
        if (command == &cli::setup_command || !command->has_configuration) continue;  // the first writes it
        const auto ran = run(words_of(*command, true), {"--config", "/nonexistent/connector.yaml"});
        EXPECT_EQ(ran.exit_code, 78) << command->name;
        if (command == &cli::doctor_command)
            EXPECT_THAT(ran.output, HasSubstr("/nonexistent/connector.yaml: cannot be read")) << "a finding";
        else
            EXPECT_THAT(ran.errors,
                        StartsWith("calendly-brevo: /nonexistent/connector.yaml: cannot be read"));
    }
}

TEST_F(CommandLine, WhatFailsOtherwiseIs1) {
    const auto key_file = path("signing.key");
    const auto ran = run({"sign", "--key-file", key_file.c_str(), "/nonexistent/body.json"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_EQ(ran.errors, "calendly-brevo: /nonexistent/body.json: No such file or directory\n");
}

TEST_F(CommandLine, CheckSaysWhatTheConfigurationComesTo) {
    write("connector.yaml", two_connectors);
    const auto file = path("connector.yaml");
    EXPECT_EQ(run({"check", "-c", file.c_str()}).output,
              "connector one: 0 event types with a list or name, 0 fields and 0 questions mapped\n"
              "connector two: 0 event types with a list or name, 0 fields and 0 questions mapped\n" +
                  file + ": OK\n");
    EXPECT_THAT(run({"check", "-c", file.c_str(), "--json"}).output,
                StartsWith(R"({"ok":true,"connectors":[{"name":"one","enabled":true,)"
                           R"("stream":"calendly:{one}:webhooks","event_types":0,"fields":0,)"));
}

TEST_F(CommandLine, CheckPrintsWarnings) {
    write("connector.yaml", two_connectors);
    const auto file = path("connector.yaml");
    std::filesystem::permissions(file, static_cast<std::filesystem::perms>(0644));
    const auto text = run({"check", "-c", file.c_str()});
    EXPECT_EQ(text.exit_code, 0);
    EXPECT_THAT(text.errors,
                StartsWith("warning: " + file + " can be read by everybody and holds secrets: "));
    EXPECT_THAT(text.errors, HasSubstr("brevo.api_key in line 2"));
    EXPECT_EQ(text.errors.find("top-secret"), std::string::npos);
    EXPECT_THAT(run({"check", "-c", file.c_str(), "--json"}).output,
                HasSubstr(R"("warnings":[")" + file + " can be read by everybody"));
    std::filesystem::permissions(file, static_cast<std::filesystem::perms>(0600));
    EXPECT_THAT(run({"check", "-c", file.c_str(), "--json"}).output, HasSubstr(R"("warnings":[]})"));
}

TEST_F(CommandLine, AnAdminApiForEverybodyWithoutATokenIs78AndSaysWhatToDo) {
    write("connector.yaml", std::string(two_connectors) + "admin: {listen: \"0.0.0.0:8719\"}\n");
    const auto file = path("connector.yaml");
    for (const auto* command : {"check", "agent"}) {
        const auto ran = run({command, "-c", file.c_str()});
        EXPECT_EQ(ran.exit_code, 78) << command;
        EXPECT_THAT(ran.errors, HasSubstr("set admin.token, or listen on 127.0.0.1"));
    }
}

TEST_F(CommandLine, SignPrintsTheHeaderAsTextOrJson) {
    const auto key_file = path("signing.key"), body = path("body.json");
    const auto text =
        run({"sign", "--key-file", key_file.c_str(), "--time", "1000000000", body.c_str()}).output;
    constexpr auto start = "Calendly-Webhook-Signature: t=1000000000,v1=";
    ASSERT_THAT(text, StartsWith(start));
    const auto signature = text.substr(std::string(start).size());
    EXPECT_EQ(
        run({"sign", "--json", "--key-file", key_file.c_str(), "--time", "1000000000", body.c_str()}).output,
        R"({"Calendly-Webhook-Signature":"t=1000000000,v1=)" + signature.substr(0, 64) + "\"}\n");
}

TEST_F(CommandLine, SignWantsToKnowWhoseKeyOfSeveral) {
    write("connector.yaml", two_connectors);
    const auto file = path("connector.yaml"), body = path("body.json");
    const auto open = run({"sign", "-c", file.c_str(), body.c_str()});
    EXPECT_EQ(open.exit_code, 78);
    EXPECT_THAT(open.errors, HasSubstr("several connectors: name one with --connector"));
    EXPECT_EQ(run({"sign", "-c", file.c_str(), "--connector", "one", body.c_str()}).exit_code, 0);
    EXPECT_THAT(run({"sign", "-c", file.c_str(), "--connector", "two", body.c_str()}).errors,
                HasSubstr("connectors.two.webhook.signing_key: missing"));
    EXPECT_THAT(run({"sign", "-c", file.c_str(), "--connector", "three", body.c_str()}).errors,
                HasSubstr("no connector has the name that --connector says"));
}

}  // namespace run_test
