// setup with nobody to ask: from two tokens to a contact.
#include "e2e/product/setup_fixture.hpp"

namespace e2e {
namespace setup_test {

using harness::SandboxProcess;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

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
    auto odd = unattended();
    odd[4] = "unix:/run/a b;c";
    expect_refused(set_up(odd, accounts()), "--redis-url: write it without blanks");
    odd[4] = "redis://127.0.0.1:1";
    expect_refused(set_up(odd, accounts()), "--redis-url: Redis: 127.0.0.1:1");
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
    EXPECT_THAT(ran.output, AllOf(HasSubstr("nobody answers at http://127.0.0.1:1/webhooks/calendly: "),
                                  HasSubstr("waiting up to 1 s for nginx"),
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

}  // namespace setup_test
}  // namespace e2e
