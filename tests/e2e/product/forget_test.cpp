// forget: nothing of a person is left in any key.
#include "e2e/product/letters_fixture.hpp"

namespace e2e {
namespace forget_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ProductForget : public LettersTest {
protected:
    const std::string grace_ = "grace@example.com";

    void expect_no_trace() {
        const auto all = all_of_redis();
        EXPECT_THAT(all, Not(HasSubstr("grace@")));
        EXPECT_THAT(all, Not(HasSubstr("Hopperson")));
    }

    std::string grace_books() { return sandbox().book({{"email", grace_}, {"name", "Grace Hopperson"}}); }
};

TEST_F(ProductForget, LeavesNothingOfThePersonInAnyKeyAndAllOfOthers) {
    start_with_letters({grace_});
    grace_books();
    sandbox().book({{"email", "ann@example.com"}, {"name", "Ann Bee"}});
    settle();
    system_->redis().client().text(
        {"XADD", shared::dead_key("calendly"), "*", "body", "no JSON of GRACE@Example.com", "reason", "x"});
    EXPECT_EQ(run({"pause"}).exit_code, 0);
    harness::wait_until([&] { return agent().log().find("paused: nothing new") != std::string::npos; },
                        "it should pause");
    const auto held = sandbox().book({{"email", "Grace@Example.com"}, {"name", "Grace Hopperson"}});
    harness::wait_until([&] { return system_->backlog() == 1; }, "a webhook should wait");
    system_->append_history(system_->redis().client().webhooks().at(0).body, "reconcile");
    EXPECT_THAT(all_of_redis(), AllOf(HasSubstr("grace@"), HasSubstr("Hopperson")));

    const auto would = run_json({"forget", "Grace@example.com", "--dry-run"});
    EXPECT_EQ(text_at(would, "/dry_run"), "true");
    const auto done = run_json({"forget", "Grace@example.com"});
    EXPECT_EQ(text_at(done, "/erased"), text_at(would, "/erased"));
    EXPECT_EQ(text_at(done, "/person"), grace_);
    EXPECT_EQ(text_at(done, "/erased/webhooks"), "1");
    EXPECT_EQ(text_at(done, "/erased/history"), "1");
    EXPECT_EQ(text_at(done, "/erased/dead_letters"), "2");
    EXPECT_EQ(text_at(done, "/erased/ledger"), "1");
    EXPECT_EQ(text_at(done, "/erased/timeline"), "2") << "the dead letter and the booking";
    EXPECT_EQ(text_at(done, "/brevo"), "null");
    expect_no_trace();
    EXPECT_THAT(all_of_redis(), HasSubstr("ann@example.com"));
    EXPECT_TRUE(sandbox().contact(grace_)) << "without --brevo";

    const auto again = run_json({"forget", grace_, "--brevo"});
    EXPECT_EQ(text_at(again, "/brevo"), "deleted");
    EXPECT_FALSE(sandbox().contact(grace_));
    EXPECT_EQ(text_at(run_json({"forget", grace_, "--brevo"}), "/brevo"), "absent");
    EXPECT_THAT(run({"forget", grace_}).output,
                AllOf(HasSubstr("ledger         0 erased"), HasSubstr("--brevo")));
    EXPECT_EQ(run({"resume"}).exit_code, 0);
    settle();
    expect_no_trace();
    EXPECT_THAT(agent().log(), Not(HasSubstr("grace@")));
}

// What an agent works on would be remembered again by its commit.
TEST_F(ProductForget, WaitsForAnAgentThatWorksOnThePerson) {
    start();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, {{"status", 503}}, 3);
    grace_books();
    harness::wait_until([&] { return system_->pending() == 1; }, "the agent should have it");
    const auto done = run_json({"forget", grace_});
    EXPECT_EQ(system_->backlog(), 0);
    EXPECT_EQ(text_at(done, "/erased/ledger"), "1");
    expect_no_trace();
}

TEST_F(ProductForget, TakesAnAddressAndNothingElse) {
    lay();
    EXPECT_EQ(run({"forget", "grace"}).exit_code, 2);
    EXPECT_EQ(run({"forget"}).exit_code, 2);
    EXPECT_EQ(text_at(run_json({"forget", grace_}), "/erased/ledger"), "0");
}

}  // namespace forget_test
}  // namespace e2e
