// setup at a terminal: every question answered, or not.
#include "e2e/product/setup_fixture.hpp"

namespace e2e {
namespace setup_terminal_test {

using harness::SandboxProcess;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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
                                   {"nginx [http://127.0.0.1:1/webhooks/calendly]: ", ""},
                                   {"Redis, between", "redis://127.0.0.1:1"},
                                   {"agent [redis://127.0.0.1:1]: ", ""},
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

// Nothing waits for an answer or a call then.
TEST_F(ProductSetup, CtrlCWhileNginxIsReloadedIsHeededAndSaid) {
    lay_accounts();
    const auto ran = set_up(unattended({"--reload-command", "kill -INT $PPID"}), accounts());
    EXPECT_EQ(ran.exit_code, 130) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("interrupted: setup goes on from here when it is run again"));
    EXPECT_THAT(listed(), IsEmpty());
    EXPECT_EQ(set_up().exit_code, 0);
}

// It was made to its end, and nothing after it.
TEST_F(ProductSetup, CtrlCDuringTheLastCallOfAStepIsHeeded) {
    lay_accounts();
    sandbox().fault("calendly", {{"path_prefix", "/event_types"}}, {{"delay_ms", 500}}, -1);
    const auto seat = sit_down(unattended(), accounts());
    const auto is_of_subscriptions = [](const std::string& call) {
        return call.starts_with("GET /webhook_subscriptions");
    };
    harness::wait_until([&] { return std::ranges::any_of(sandbox().calls("calendly"), is_of_subscriptions); },
                        "the call before the last one should be made");
    seat->interrupt();
    EXPECT_EQ(seat->wait(), 130) << seat->shown();
    EXPECT_THAT(seat->shown(), HasSubstr("interrupted: no file was written"));
    expect_nothing_changed();
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

}  // namespace setup_terminal_test
}  // namespace e2e
