// setup: from two tokens to a contact, whoever is asked or nobody.
#include <sys/stat.h>

#include "e2e/harness/free_port.hpp"
#include "e2e/harness/terminal.hpp"
#include "e2e/product/webhook_fixture.hpp"

namespace e2e {
namespace {

using harness::SandboxProcess;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

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
        auto& agent = system_->agents().emplace_back(system_->folder(), "agent", path("connector.yaml"),
                                                     static_cast<std::uint16_t>(port_));
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

const json::array questions = {{{"name", "Company?"}, {"type", "string"}, {"enabled", true}},
                               {{"name", "Budget: \"how much\" ($)"}, {"type", "text"}, {"enabled", true}},
                               {{"name", "Phone number"}, {"type", "phone_number"}, {"enabled", true}}};

TEST_F(ProductSetup, UnattendedFromNothingToAContact) {
    lay_accounts({"--bare-brevo"});
    add_event_type("MINE0001", "Große Beratung", questions);
    const Lines more = {"--yes",       "--make-lists", "--public-url", system_->webhook_url(),
                        "--redis-url", redis_url()};
    harness::Process setup(command(more), system_->folder() / "setup.output", accounts());
    harness::wait_until([&] { return std::filesystem::exists(path("connector.yaml")); },
                        "the configuration should be written");
    system_->nginx().reload("calendly_webhook calendly; calendly_signing_key_file " +
                            path("signing.key").string() + "; calendly_redis " + redis_url() + ";");
    const auto code = setup.wait();
    const auto output = harness::read_file(system_->folder() / "setup.output");
    ASSERT_EQ(code, 0) << output;
    EXPECT_THAT(output, AllOf(HasSubstr("location = /webhooks/calendly {"),
                              HasSubstr("calendly-brevo agent --config " + path("connector.yaml").string()),
                              Not(HasSubstr(SandboxProcess::token)), Not(HasSubstr(SandboxProcess::api_key)),
                              Not(HasSubstr(text("signing.key").substr(0, 64)))));
    EXPECT_THAT(names(),
                ElementsAre("brevo_api_key", "calendly_access_token", "connector.yaml", "signing.key"));
    for (const auto& name : names()) {
        struct stat file {};
        ASSERT_EQ(::stat((folder_ / name).c_str(), &file), 0);
        EXPECT_EQ(file.st_mode & 0777, 0600u) << name;
    }
    start_agent();
    sandbox().book({{"email", "ada@example.com"},
                    {"name", "Ada Lovelace"},
                    {"event_type", "MINE0001"},
                    {"questions_and_answers",
                     {{"Company?", "Engines"},
                      {"Budget: \"how much\" ($)", "a lot"},
                      {"Phone number", "+33612345678"}}}});
    settle();
    for (const auto& [name, value] : std::map<std::string, std::string>{{"FIRSTNAME", "Ada"},
                                                                        {"LASTNAME", "Lovelace"},
                                                                        {"COMPANY", "Engines"},
                                                                        {"BUDGET_HOW_MUCH", "a lot"},
                                                                        {"SMS", "33612345678"},
                                                                        {"BOOKING_STATUS", "booked"}})
        EXPECT_EQ(attribute("ada@example.com", name), value) << name;
    EXPECT_NE(lists("ada@example.com"), "[]");
    const auto doctor =
        harness::run({harness::AgentProcess::program(), "doctor", "--config", path("connector.yaml")},
                     system_->folder() / "doctor.output");
    EXPECT_EQ(doctor.exit_code, 0) << doctor.output;
}

TEST_F(ProductSetup, OnceMoreItLeavesWhatIsRight) {
    lay_accounts();
    add_event_type("MINE0001", "Big talk", questions);
    const auto first = set_up({"--make-lists"});
    ASSERT_EQ(first.exit_code, 0) << first.output;
    const auto before = files();
    const auto after = sandbox().journal_end();
    const auto again = set_up({"--make-lists"});
    EXPECT_EQ(again.exit_code, 0) << again.output;
    EXPECT_EQ(files(), before);
    EXPECT_THAT(listed(), SizeIs(1));
    for (const auto* api : {"calendly", "brevo"})
        for (const auto& call : sandbox().calls(api, after)) EXPECT_THAT(call, testing::StartsWith("GET "));
    const auto from_files =
        set_up({"--yes", "--redis-url", redis_url(), "--signing-key-file", key_file().string()}, servers());
    EXPECT_EQ(from_files.exit_code, 0) << "tokens and address are there already: " << from_files.output;
}

TEST_F(ProductSetup, WhatIsThereIsShownAndReplacedOnlyWhenToldSo) {
    lay_accounts();
    std::filesystem::create_directory(folder_);
    harness::write_file(path("connector.yaml"), "# mine\nconnectors:\n  mine: {}\n");
    const auto refused = set_up();
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.output, AllOf(HasSubstr("\n-# mine\n"), HasSubstr("\n+# The agent's configuration"),
                                      HasSubstr("--replace replaces them")));
    EXPECT_THAT(names(), ElementsAre("connector.yaml"));
    EXPECT_EQ(text("connector.yaml"), "# mine\nconnectors:\n  mine: {}\n");
    EXPECT_THAT(listed(), IsEmpty());
    const auto replaced = set_up({"--replace"});
    EXPECT_EQ(replaced.exit_code, 0) << replaced.output;
    EXPECT_THAT(replaced.output, HasSubstr("\n-# mine\n"));
    EXPECT_EQ(text("connector.yaml.old"), "# mine\nconnectors:\n  mine: {}\n");
    EXPECT_THAT(text("connector.yaml"), HasSubstr("signing_key_file"));
    EXPECT_THAT(listed(), SizeIs(1));
}

TEST_F(ProductSetup, WhatIsWrongIsSaidAndNothingIsWritten) {
    lay_accounts();
    expect_refused(set_up(unattended(), accounts("a-token-of-nobody")), "Calendly refuses the token");
    expect_refused(set_up(unattended(), accounts(SandboxProcess::token, "a-key-of-nobody")),
                   "Brevo refuses the key");
    expect_refused(set_up(unattended(), servers()), "CALENDLY_ACCESS_TOKEN");
    auto plain = unattended();
    plain[2] = "http://hooks.example.com/";
    expect_refused(set_up(plain, accounts()), "--public-url: ");
    expect_refused(set_up({"--yes"}, accounts()), "--public-url");
    const auto asked = sandbox().post("/calendly/tokens", {{"user", "owner"}, {"scopes", {"users:read"}}});
    expect_refused(set_up(unattended(), accounts(text_at(asked, "/token"))), "event_types:read");
    sandbox().fault("calendly", {{"path_prefix", "/event_types"}},
                    {{"status", 403},
                     {"body",
                      {{"title", "Permission Denied"},
                       {"message", "You do not have the required scopes"},
                       {"details", {{"required_scopes", {"event_types:read"}}}}}}},
                    -1);
    expect_refused(set_up(), "Calendly");
    sandbox().clear_faults();
    sandbox().fault(
        "brevo", {},
        {{"status", 401},
         {"body",
          {{"code", "unauthorized"},
           {"message", "We have detected you are using an unrecognised IP address 203.0.113.7."}}}},
        -1);
    expect_refused(set_up(), "authorised_ips");
}

TEST_F(ProductSetup, AnEdgeThatDoesNotAnswerIsWaitedForAndThenNamed) {
    lay_accounts();
    auto elsewhere = unattended();
    elsewhere[2] = "http://127.0.0.1:1/webhooks/calendly";
    const auto ran = set_up(elsewhere, accounts());
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.output, AllOf(HasSubstr("waiting up to 1 s for nginx"),
                                  HasSubstr("nothing was subscribed"), HasSubstr("run setup once more")));
    EXPECT_THAT(listed(), IsEmpty());
    EXPECT_THAT(set_up({"--replace"}).exit_code, 0) << "with another address it goes on";
}

TEST_F(ProductSetup, TheLocationIsWrittenAndNginxAskedAboutIt) {
    lay_accounts();
    const auto programs = system_->folder() / "programs";
    std::filesystem::create_directory(programs);
    harness::write_file(programs / "nginx", "#!/bin/sh\necho \"asked: $*\"\nexit 3\n");
    std::filesystem::permissions(programs / "nginx", std::filesystem::perms::owner_all);
    auto environment = accounts();
    environment["PATH"] = programs.string() + ":/usr/bin:/bin";
    const auto more = unattended({"--nginx-file", path("calendly.conf")});
    const auto refused = set_up(more, environment);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.output, AllOf(HasSubstr("asked: -t"), HasSubstr("load_module")));
    EXPECT_THAT(text("calendly.conf"), HasSubstr("calendly_signing_key_file  " + key_file().string()));
    EXPECT_THAT(listed(), IsEmpty());
    harness::write_file(programs / "nginx", "#!/bin/sh\nexit 0\n");
    EXPECT_EQ(set_up(more, environment).exit_code, 0);
}

TEST_F(ProductSetup, AMembersOwnBookingsAndNoEventTypes) {
    lay_accounts();
    sandbox().post("/calendly/roles", {{"user", "colleague"}, {"role", "user"}});
    const auto token = sandbox().post("/calendly/tokens", {{"user", "colleague"}});
    sandbox().fault(
        "calendly", {{"path_prefix", "/event_types"}},
        {{"status", 200},
         {"body",
          {{"collection", json::array()}, {"pagination", {{"count", 0}, {"next_page_token", nullptr}}}}}},
        -1);
    const auto ran = set_up(unattended(), accounts(text_at(token, "/token")));
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_THAT(ran.output,
                AllOf(HasSubstr("no active event type yet"), HasSubstr("neither owner nor admin")));
    EXPECT_THAT(text("connector.yaml"), HasSubstr("scope: user"));
}

TEST_F(ProductSetup, EveryQuestionMayBeAnsweredOtherwise) {
    lay_accounts();
    add_event_type("MINE0001", "Big talk", questions);
    sandbox().post(
        "/brevo/attributes",
        {{"name", "PICKY"}, {"category", "category"}, {"enumeration", {{{"value", 1}, {"label", "new"}}}}});
    const auto seat = sit_down({"--signing-key-file", key_file().string()}, servers());
    auto& terminal = *seat;
    const auto answer = [&](const std::string& question, const std::string& text) {
        terminal.expect(question);
        terminal.type(text);
    };
    answer("personal access token", "wrong-token");
    terminal.expect("Calendly refuses the token");
    answer("personal access token", SandboxProcess::token);
    answer("API key", "two words");
    terminal.expect("it has no blanks");
    answer("API key", SandboxProcess::api_key);
    answer("Where Calendly reaches nginx", "hooks.example.com");
    answer("Where Calendly reaches nginx", system_->webhook_url());
    answer("Redis", "postgres://");
    answer("Redis", redis_url());
    answer("'Big talk'", "20");
    answer("'Discovery Call'", "12345");
    terminal.expect("type the number of a list that Brevo has");
    answer("'Discovery Call'", "new");
    answer("Workshop'", "-");
    answer("'Product Demo'", "11");
    answer("Write it like this?", "perhaps");
    terminal.expect("type yes or no");
    answer("Write it like this?", "n");
    answer("first_name", "COMPANY");
    answer("last_name", "-");
    answer("event_type_name", "KIND_OF_MEETING");
    answer("scheduled_at", "lower");
    terminal.expect("capital letters");
    answer("scheduled_at", "-");
    answer("status", "PICKY");
    terminal.expect("lacks options");
    answer("status", "JOB_TITLE");
    answer("Company?", "-");
    answer("Budget", "-");
    answer("Phone number", "-");
    answer("(KIND_OF_MEETING)", "no");
    answer("Go on?", "yes");
    ASSERT_EQ(terminal.wait(), 0) << terminal.shown();
    EXPECT_THAT(terminal.shown(),
                AllOf(Not(HasSubstr(SandboxProcess::token)), Not(HasSubstr(SandboxProcess::api_key))));
    start_agent();
    sandbox().book({{"email", "ada@example.com"}, {"name", "Ada Lovelace"}, {"event_type", "MINE0001"}});
    settle();
    EXPECT_EQ(attribute("ada@example.com", "COMPANY"), "Ada");
    EXPECT_EQ(attribute("ada@example.com", "JOB_TITLE"), "booked");
    EXPECT_EQ(attribute("ada@example.com", "LASTNAME"), "(none)");
    EXPECT_EQ(attribute("ada@example.com", "KIND_OF_MEETING"), "(none)");
    EXPECT_EQ(lists("ada@example.com"), "[20]");
    EXPECT_THAT(text("connector.yaml"), HasSubstr("DISCOVERYCALL001\", list_id: 22}"));
}

// The questions in their order, and answers that lead to all of them.
struct Asked {
    const char* question;
    const char* answer;
};
constexpr Asked all_questions[] = {{"personal access token", SandboxProcess::token},
                                   {"API key", SandboxProcess::api_key},
                                   {"Where Calendly reaches nginx", "http://127.0.0.1:1/"},
                                   {"Redis", ""},
                                   {"'Discovery Call'", "new"},
                                   {"Workshop'", ""},
                                   {"'Product Demo'", ""},
                                   {"Write it like this?", "no"},
                                   {"first_name", "NAME_TO_MAKE"},
                                   {"last_name", ""},
                                   {"event_type_name", ""},
                                   {"scheduled_at", ""},
                                   {"status", ""},
                                   {"Make the attributes", ""},
                                   {"Go on?", ""}};

TEST_F(ProductSetup, CtrlCAtAnyQuestionLeavesNothing) {
    lay_accounts();
    for (std::size_t last = 0; last < std::size(all_questions); ++last) {
        SCOPED_TRACE(all_questions[last].question);
        const auto seat = sit_down({"--signing-key-file", key_file().string()}, servers());
        for (std::size_t i = 0; i <= last; ++i) {
            seat->expect(all_questions[i].question);
            if (i < last) seat->type(all_questions[i].answer);
        }
        seat->interrupt();
        EXPECT_EQ(seat->wait(), 130) << seat->shown();
        EXPECT_THAT(seat->shown(), HasSubstr("interrupted: no file was written"));
        expect_nothing_changed();
    }
}

TEST_F(ProductSetup, WithoutNginxItIsSkippedAndGoneOnWithLater) {
    lay_accounts();
    const auto url = system_->webhook_url();
    const auto others = system_->folder().secret("others.key", "another-key-of-the-tests-0123456789\n");
    const Lines more = {"--signing-key-file", others, "--public-url", url, "--redis-url", redis_url()};
    const auto seat = sit_down(more, accounts());
    while (seat->shown().find("Enter when nginx") == std::string::npos) {
        seat->expect("]: ");
        if (seat->shown().find("Enter when nginx") == std::string::npos) seat->type("");
    }
    seat->type("");
    seat->expect("does not have this key");
    seat->expect("Enter when nginx");
    seat->type("skip");
    EXPECT_EQ(seat->wait(), 1);
    EXPECT_THAT(seat->shown(), AllOf(HasSubstr("nothing was subscribed"), HasSubstr("failures"),
                                     HasSubstr("which leaves what is right")));
    EXPECT_THAT(listed(), IsEmpty());
    harness::write_file(key_file(), harness::read_file(others));
    system_->nginx().signal(SIGHUP);
    const Lines again = {"--yes", "--signing-key-file", others, "--redis-url", redis_url()};
    EXPECT_EQ(set_up(again, accounts()).exit_code, 0);
}

TEST_F(ProductSetup, TheEndOfTheInputIsNoAnswer) {
    lay_accounts();
    std::vector<std::string> all = {"/bin/sh", "-c", "exec \"$@\" </dev/null", "sh"};
    for (const auto& word : command()) all.push_back(word);
    expect_refused(harness::run(all, system_->folder() / "setup", servers()), "the input ended");
}

}  // namespace
}  // namespace e2e
