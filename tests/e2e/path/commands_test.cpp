// The commands besides `agent`, and what each says to a mistake.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace path_commands_test {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class PathCommands : public PathTest {
protected:
    PathCommands() { harness::write_file(configuration_, good_configuration()); }

    harness::Outcome run(std::vector<std::string> arguments, const harness::Environment& environment = {}) {
        arguments.insert(arguments.begin(), harness::AgentProcess::program());
        return harness::run(arguments, folder_ / ("output" + std::to_string(++runs_)), environment);
    }

    harness::Outcome check(const std::string& yaml) {
        harness::write_file(configuration_, yaml);
        return run({"check", "--config", configuration_});
    }

    static std::string good_configuration() {
        auto connector = harness::usual_connector();
        connector["webhook"] = "{signing_key: " + std::string(harness::System::signing_key) + "}";
        return harness::agent_yaml({{"calendly", connector}}, {{"brevo", "{api_key: top-secret-brevo-key}"}});
    }

    static std::string replaced(std::string text, const std::string& from, const std::string& to) {
        const auto at = text.find(from);
        if (at == text.npos) throw std::runtime_error("no " + from);
        return text.replace(at, from.size(), to);
    }

    harness::Folder folder_;
    std::string configuration_ = (folder_ / "connector.yaml").string();
    int runs_ = 0;
};

TEST_F(PathCommands, CheckOfAGoodConfigurationIsOk) {
    const auto checked = run({"check", "--config", configuration_});
    EXPECT_EQ(checked.exit_code, 0) << checked.output;
    EXPECT_THAT(checked.output, AllOf(HasSubstr("calendly"), HasSubstr("OK"), Not(HasSubstr("top-secret"))));
}

TEST_F(PathCommands, CheckPrintsJson) {
    const auto checked = run({"check", "--config", configuration_, "--json"});
    EXPECT_EQ(checked.exit_code, 0);
    const auto result = json::parse(checked.output);
    EXPECT_EQ(text_at(result, "/ok"), "true");
    EXPECT_EQ(text_at(result, "/connectors/0/name"), "calendly");
    EXPECT_EQ(text_at(result, "/connectors/0/stream"), "calendly:{calendly}:webhooks");
}

TEST_F(PathCommands, TheShippedConfigurationIsGood) {
    const auto checked = run({"check", "--config", std::string(SOURCE_DIR) + "/conf/connector.yaml"},
                             {{"CALENDLY_ACCESS_TOKEN", "token"},
                              {"CALENDLY_WEBHOOK_SIGNING_KEY", "key-of-enough-characters"},
                              {"BREVO_API_KEY", "key"}});
    EXPECT_EQ(checked.exit_code, 0) << checked.output;
}

TEST_F(PathCommands, CheckNamesFileLineAndTheNearestName) {
    const auto good = good_configuration();
    const auto line_of = [&](const std::string& text) {
        return std::to_string(
            1 + std::count(good.begin(), good.begin() + static_cast<long>(good.find(text)), '\n'));
    };
    auto checked = check(replaced(good, "no_show:", "no_shows:"));
    EXPECT_EQ(checked.exit_code, 78);
    EXPECT_THAT(checked.output, AllOf(HasSubstr(configuration_ + ":" + line_of("no_show:")),
                                      HasSubstr("no_shows"), HasSubstr("'no_show'")));

    checked = check(replaced(good, "list_id: 20", "list_id: twenty"));
    EXPECT_EQ(checked.exit_code, 78);
    EXPECT_THAT(checked.output,
                AllOf(HasSubstr(configuration_ + ":" + line_of("cancellation")), HasSubstr("list_id")));

    checked = check(replaced(good, "top-secret-brevo-key", "\"${NO_SUCH_VARIABLE}\""));
    EXPECT_EQ(checked.exit_code, 78);
    EXPECT_THAT(checked.output,
                AllOf(HasSubstr(configuration_ + ":" + line_of("brevo:")), HasSubstr("NO_SUCH_VARIABLE")));

    checked = check("connectors: [unclosed");
    EXPECT_EQ(checked.exit_code, 78);
    EXPECT_THAT(checked.output, HasSubstr(configuration_ + ":"));
}

TEST_F(PathCommands, AMistakeEndsTheAgentAtOnceWith78) {
    harness::write_file(configuration_, replaced(good_configuration(), "email: email", "email: MAIL"));
    const auto ran = run({"agent", "--config", configuration_});
    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_THAT(ran.output, HasSubstr(configuration_ + ":"));
    const auto missing = run({"agent", "--config", "/nonexistent/connector.yaml"});
    EXPECT_EQ(missing.exit_code, 78);
    EXPECT_THAT(missing.output, HasSubstr("/nonexistent/connector.yaml"));
}

TEST_F(PathCommands, UsageErrorsAre2) {
    for (const auto& arguments : {std::vector<std::string>{},
                                  {"frobnicate"},
                                  {"check", "--colour"},
                                  {"sign", "--time", "noon"},
                                  {"check", "--config"}}) {
        const auto ran = run(arguments);
        EXPECT_EQ(ran.exit_code, 2) << ran.output;
        EXPECT_NE(ran.output, "");
    }
}

TEST_F(PathCommands, HelpAndVersionAre0) {
    EXPECT_EQ(run({"--help"}).exit_code, 0);
    EXPECT_EQ(run({"check", "--help"}).exit_code, 0);
    EXPECT_EQ(run({"--version"}).exit_code, 0);
}

TEST_F(PathCommands, SignsAsNginxVerifies) {
    lay();
    const auto body_file = (folder_ / "body.json").string();
    const std::string body = "{\"event\": \"contact.created\", \"payload\": {}}\n";
    harness::write_file(body_file, body);
    const auto post = [&](const std::string& value) {
        const harness::HttpRequest request{
            .target = harness::Nginx::path, .headers = {{"Calendly-Webhook-Signature", value}}, .body = body};
        return harness::send_once(system_->nginx().port(), request).status;
    };
    const std::string name = "Calendly-Webhook-Signature: ";
    auto header = run({"sign", "--config", configuration_, body_file}).output;
    ASSERT_THAT(header, AllOf(StartsWith(name), EndsWith("\n")));
    EXPECT_EQ(post(header.substr(name.size(), header.size() - name.size() - 1)), 200u);

    const auto printed = json::parse(run({"sign", "--config", configuration_, "--json", body_file}).output);
    EXPECT_EQ(post(text_at(printed, "/Calendly-Webhook-Signature")), 200u);

    const auto key_file = folder_.secret(
        "signing.key", "# the first counts\n" + std::string(harness::System::signing_key) + "\n");
    header = run({"sign", "--key-file", key_file, body_file}).output;
    EXPECT_EQ(post(header.substr(name.size(), header.size() - name.size() - 1)), 200u);

    header = run({"sign", "--key-file", key_file, "--time", "1000000000", body_file}).output;
    EXPECT_THAT(header, StartsWith(name + "t=1000000000,v1="));
    EXPECT_EQ(post(header.substr(name.size(), header.size() - name.size() - 1)), 401u) << "too old";
}

TEST_F(PathCommands, SignSaysWhatIsMissing) {
    const auto no_body = run({"sign", "--config", configuration_, "/nonexistent/body.json"});
    EXPECT_EQ(no_body.exit_code, 1);
    EXPECT_THAT(no_body.output, HasSubstr("/nonexistent/body.json"));
    const auto no_connector =
        run({"sign", "--config", configuration_, "--connector", "other", configuration_});
    EXPECT_EQ(no_connector.exit_code, 78);
    EXPECT_THAT(no_connector.output, HasSubstr("no connector has the name that --connector says"));
    harness::write_file(configuration_,
                        replaced(good_configuration(),
                                 "signing_key: " + std::string(harness::System::signing_key), "scope: user"));
    const auto no_key = run({"sign", "--config", configuration_, configuration_});
    EXPECT_EQ(no_key.exit_code, 78);
    EXPECT_THAT(no_key.output, HasSubstr("signing_key"));
}

}  // namespace path_commands_test
}  // namespace e2e
