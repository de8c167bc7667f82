// auth logout: subscriptions, the login at Calendly, and what is stored here.
#include "e2e/product/account_fixture.hpp"

namespace e2e {
namespace logout_test {

using testing::AllOf;
using testing::HasSubstr;

class ProductLogout : public AccountTest {
protected:
    std::size_t deletions() {
        const auto calls = sandbox().calls("calendly");
        return static_cast<std::size_t>(std::ranges::count_if(
            calls, [](const auto& call) { return call.starts_with("DELETE /webhook_sub"); }));
    }
    unsigned status_of(const std::string& access_token) {
        return harness::send_once(
                   harness::port_of(sandbox().calendly_url()),
                   {.method = "GET",
                    .target = "/users/me",
                    .headers = {{"Authorization", "Bearer " + access_token}, {"User-Agent", "test"}},
                    .body = ""})
            .status;
    }
};

TEST_F(ProductLogout, DeletesOurSubscriptionsRevokesAndErases) {
    lay_login();
    log_in();
    const auto former = tokens();
    expect_error("nobody has logged in to Calendly");
    system_->start_agent();
    expect_work();
    sandbox().subscribe_too(system_->webhook_url() + "?v=2", "another-signing-key");
    sandbox().subscribe_too("http://127.0.0.1:9/elsewhere", "another-signing-key");
    const auto ran = run({"auth", "logout"});
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_THAT(ran.output, AllOf(HasSubstr("deleted the subscription"), HasSubstr("?v=2"),
                                  HasSubstr("revoked at Calendly"), HasSubstr("erased the stored tokens")));
    EXPECT_EQ(deletions(), 2u);
    EXPECT_FALSE(is_logged_in());
    EXPECT_EQ(status_of(former.access_token), 401u);
    harness::wait_until([&] { return parked() != "(none)"; }, "the agent should park",
                        harness::Duration(10'000));
    EXPECT_THAT(parked(), HasSubstr(log_in_again));
    EXPECT_THAT(run({"auth", "logout"}).output, HasSubstr("nobody is logged in"));
}

TEST_F(ProductLogout, KeepsWebhooksWhenItIsToldTo) {
    lay_login();
    log_in();
    const auto result = run_json({"auth", "logout", "--keep-webhooks"});
    EXPECT_EQ(json::serialize(result), R"({"subscriptions_deleted":0,"revoked":true,"erased":true})");
    EXPECT_EQ(deletions(), 0u);
    EXPECT_FALSE(is_logged_in());
}

TEST_F(ProductLogout, WhoseFirstStepFailsSaysWhatIsLeft) {
    lay_login();
    log_in();
    const auto former = sealed();
    sandbox().fault(
        "calendly", {{"method", "DELETE"}},
        {{"status", 403}, {"body", json::object{{"title", "Permission Denied"}, {"message", "No."}}}}, -1);
    const auto ran = run({"auth", "logout"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, AllOf(HasSubstr("left: our subscriptions at Calendly, and the login"),
                                  HasSubstr("--keep-webhooks")));
    EXPECT_EQ(sealed(), former);
    EXPECT_EQ(status_of(tokens().access_token), 200u);
}

TEST_F(ProductLogout, OfALoginThatIsLostLeavesTheSubscriptionsOrErasesAllTheSame) {
    lay_login();
    log_in();
    auto dead = tokens();
    dead.is_refused = true;
    dead.obtained -= dead.life;
    store(dead);
    EXPECT_THAT(run({"auth", "logout"}).errors, HasSubstr(log_in_again));
    EXPECT_TRUE(is_logged_in());
    EXPECT_EQ(run({"auth", "logout", "--keep-webhooks"}).exit_code, 0);
    EXPECT_FALSE(is_logged_in());
}

TEST_F(ProductLogout, WhatCalendlyRefusesToRevokeIsErasedHereAndSaid) {
    lay_login();
    log_in();
    sandbox().fault("calendly", {{"path_prefix", "/oauth/revoke"}},
                    {{"status", 403}, {"body", json::object{{"error", "unauthorized_client"}}}});
    const auto ran = run({"auth", "logout", "--keep-webhooks"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("left: perhaps the app's access"));
    EXPECT_FALSE(is_logged_in());
}

}  // namespace logout_test
}  // namespace e2e
