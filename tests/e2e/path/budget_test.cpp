// The APIs' limits belong to accounts: all agents and connectors that use one share it.
#include <algorithm>

#include "e2e/path/fixture.hpp"
#include "e2e/path/pace.hpp"

namespace e2e {
namespace path_budget_test {

const std::string ann = "ann@example.org";

class PathBudget : public PathTest {
protected:
    // `limits` of the agents; the sandbox has the same, so that whoever is too fast is refused.
    void lay_with(const std::string& limits, int people) {
        harness::SystemOptions options;
        options.rate_limit = limits;
        lay(std::move(options));
        for (int i = 0; i < people; ++i)
            sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"}});
        harness::wait_until([&] { return system_->backlog() == people; }, "all should be stored");
    }

    std::vector<json::object> writes() {
        auto journal = sandbox().journal("brevo");
        std::erase_if(journal, [](const auto& entry) { return text_at(entry, "/method") == "GET"; });
        return journal;
    }

    void expect_both_paced(double limit_a_second) {
        expect_paced(sandbox().journal("calendly"), limit_a_second);
        expect_brevo_paced(sandbox().journal("brevo"), limit_a_second);
    }
};

TEST_F(PathBudget, IsSharedByAllAgents) {
    lay_with("30/s", 60);
    system_->start_agent();
    system_->start_agent();
    settle();
    expect_both_paced(30);
    EXPECT_EQ(sandbox().contact_count(), 60u);
}

TEST_F(PathBudget, IsSharedByConnectorsWithOneKey) {
    harness::SystemOptions options;
    options.connectors["other"] = harness::usual_connector();
    options.rate_limit = "20/s";
    lay(std::move(options));
    for (int i = 0; i < 30; ++i) sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"}});
    harness::wait_until([&] { return system_->backlog() == 30; }, "all should be stored");
    for (const auto& entry : sandbox().journal("webhooks"))
        ASSERT_EQ(system_->post(json::serialize(entry.at("body")), "other"), 200u);
    system_->start_agent();
    settle();
    system_->settle("other");
    expect_both_paced(20);
}

TEST_F(PathBudget, A429HoldsEveryAgentBackForTheTimeThatItNames) {
    lay_with("none", 0);
    system_->options().rate_limit = "50/s";
    system_->start_agent();
    system_->start_agent();
    const json::object headers{{"x-sib-ratelimit-reset", "2"}};
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}},
                    {{"status", 429}, {"headers", headers}});
    sandbox().book({{"email", ann}});
    harness::wait_until([&] { return !writes().empty(); }, "Brevo should refuse");
    for (int i = 0; i < 20; ++i) sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"}});
    settle();
    const auto all = writes();
    EXPECT_EQ(text_at(all[0], "/status"), "429");
    EXPECT_GE(seconds_between(all[0], all[1]), 1.9);
    EXPECT_LE(seconds_between(all[0], all[1]), 6.0);
    EXPECT_EQ(sandbox().contact_count(), 21u);
}

TEST_F(PathBudget, IsKeptWhileRedisIsAway) {
    lay_with("20/s", 40);
    allow_error("Redis");
    system_->start_agent();
    harness::wait_until([&] { return writes().size() > 10; }, "work should have begun");
    system_->redis().kill();
    system_->redis().start();
    settle();
    expect_both_paced(20);
    EXPECT_EQ(sandbox().contact_count(), 40u);
}

class PathBreaker : public PathBudget {};

TEST_F(PathBreaker, AnApiInTroubleIsTriedNowAndThenAndNothingIsLost) {
    expect_error("is in trouble");
    start();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, {{"status", 503}}, -1);
    for (int i = 0; i < 30; ++i) sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"}});
    harness::wait_until([&] { return agent().has_logged("is in trouble"); }, "the breaker should open");
    EXPECT_EQ(agent().health().status, 503u);
    EXPECT_THAT(
        agent().metrics(),
        testing::HasSubstr(R"(calendly_agent_breaker_open{connector="calendly",api="brevo_contacts"} 1)"));
    const auto opened = writes().size();
    harness::wait_until([&] { return writes().size() >= opened + 2; }, "it should be tried",
                        harness::Duration(30'000));
    EXPECT_LT(writes().size(), opened + 20) << "by one at a time";
    sandbox().clear_faults();
    harness::wait_until([&] { return agent().has_logged("answers again"); }, "the breaker should close",
                        harness::Duration(70'000));
    settle();
    EXPECT_EQ(sandbox().contact_count(), 30u);
    EXPECT_EQ(system_->dead(), 0);
    EXPECT_EQ(agent().health().status, 200u);
}

TEST_F(PathBreaker, OnePersonsTroubleIsNotTheApis) {
    start();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, {{"status", 500}}, 5);
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_FALSE(agent().has_logged("is in trouble"));
}

}  // namespace path_budget_test
}  // namespace e2e
