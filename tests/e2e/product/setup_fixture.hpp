// A fresh machine and two accounts for setup.
#pragma once

#include <sys/stat.h>

#include "e2e/harness/free_port.hpp"
#include "e2e/harness/terminal.hpp"
#include "e2e/product/webhook_fixture.hpp"

namespace e2e {

using harness::SandboxProcess;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class ProductSetup : public WebhookTest {
protected:
    // Redis, an nginx that has a key, both accounts; nothing is configured, nobody subscribed.
    void lay_accounts(Lines sandbox_options = {}) {
        auto options = without_subscription();
        options.sandbox = std::move(sandbox_options);
        lay(std::move(options));
        folder_ = system_->folder() / "etc";
        port_ = harness::free_port();
    }
    void add_event_type(const std::string& id, const std::string& name, const json::array& questions) {
        sandbox().post("/event_types", {{"id", id}, {"name", name}, {"custom_questions", questions}});
    }

    std::filesystem::path path(const char* name) const { return folder_ / name; }
    std::string text(const char* name) const { return harness::read_file(path(name)); }
    // What is in the folder, and the contents.
    std::map<std::string, std::string> files() const {
        std::map<std::string, std::string> all;
        if (!std::filesystem::exists(folder_)) return all;
        for (const auto& entry : std::filesystem::directory_iterator(folder_))
            all[entry.path().filename()] = harness::read_file(entry.path());
        return all;
    }
    Lines names() const {
        Lines names;
        for (const auto& [name, content] : files()) names.push_back(name);
        return names;
    }

    harness::Environment servers() {
        return {{"CALENDLY_API_URL", sandbox().calendly_url()},
                {"CALENDLY_AUTH_URL", sandbox().calendly_url()},
                {"BREVO_API_URL", sandbox().brevo_url()}};
    }
    harness::Environment accounts(const std::string& token = SandboxProcess::token,
                                  const std::string& key = SandboxProcess::api_key) {
        auto environment = servers();
        environment["CALENDLY_ACCESS_TOKEN"] = token;
        environment["BREVO_API_KEY"] = key;
        return environment;
    }
    std::vector<std::string> command(const Lines& more = {}) {
        std::vector<std::string> all = {
            harness::AgentProcess::program(), "setup",          "--config",
            path("connector.yaml"),           "--admin-listen", "127.0.0.1:" + std::to_string(port_)};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    Lines unattended(const Lines& more = {}) {
        Lines all = {"--yes",     "--public-url",       system_->webhook_url(), "--redis-url",
                     redis_url(), "--signing-key-file", key_file().string(),    "--patience",
                     "1s"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    std::string redis_url() { return system_->redis().url(); }
    harness::Outcome set_up(const Lines& more, const harness::Environment& environment) {
        return harness::run(command(more), system_->folder() / ("setup" + std::to_string(++runs_)),
                            environment);
    }
    harness::Outcome set_up(const Lines& more = {}) { return set_up(unattended(more), accounts()); }
    std::unique_ptr<harness::Terminal> sit_down(const Lines& more, const harness::Environment& environment) {
        return std::make_unique<harness::Terminal>(command(more), environment);
    }

    void start_agent() {
        auto& agent =
            system_->agents().emplace_back(system_->folder(), "agent", path("connector.yaml"),
                                           harness::AdminAddress{static_cast<std::uint16_t>(port_)});
        harness::wait_until([&] { return agent.has_logged("health and metrics at") || !agent.running(); },
                            "the agent should start");
        ASSERT_TRUE(agent.running()) << agent.log();
    }
    // Nobody was told anything, nothing was made.
    void expect_nothing_changed() {
        for (const auto* api : {"calendly", "brevo"})
            for (const auto& call : sandbox().calls(api)) EXPECT_THAT(call, testing::StartsWith("GET "));
        EXPECT_THAT(files(), IsEmpty());
    }
    void expect_refused(const harness::Outcome& ran, const std::string& words) {
        EXPECT_EQ(ran.exit_code, 1) << ran.output;
        EXPECT_THAT(ran.output, AllOf(HasSubstr(words), HasSubstr("no file was written")));
        expect_nothing_changed();
    }

    std::filesystem::path folder_;
    int port_ = 0;

private:
    int runs_ = 0;
};

inline const json::array questions = {
    {{"name", "Company?"}, {"type", "string"}, {"enabled", true}},
    {{"name", "Budget: \"how much\" ($)"}, {"type", "text"}, {"enabled", true}},
    {{"name", "Phone number"}, {"type", "phone_number"}, {"enabled", true}}};

}  // namespace e2e
