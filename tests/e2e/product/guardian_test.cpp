// The agent watches over the subscription: what it finds, says and repairs.
#include "e2e/product/webhook_fixture.hpp"

namespace e2e {
namespace product_guardian_test {

using testing::HasSubstr;
using testing::Not;

class ProductGuardian : public WebhookTest {
protected:
    void start_watched(const std::string& more, harness::SystemOptions options = {}) {
        lay_watched("check_every: 1s" + (more.empty() ? "" : ", " + more), std::move(options));
        system_->start_agent();
        wait_for_health("subscription", "ok");
        wait_for_health("edge", "ok");
    }
    // How often the subscriptions were looked at.
    std::size_t looks() {
        const auto calls = sandbox().calls("calendly");
        return static_cast<std::size_t>(std::ranges::count(calls, "GET /webhook_subscriptions"));
    }
};

class ProductGuardianStates : public ProductGuardian, public testing::WithParamInterface<const char*> {};

TEST_P(ProductGuardianStates, AreSaidAndNotTouchedWithoutBeingAskedTo) {
    const std::string state = GetParam();
    start_watched("");
    allow_error("the webhook subscription is " + state);
    bring_into(state);
    wait_for_health("subscription", state);
    EXPECT_EQ(agent().health().status, state == "retrying" ? 200 : 503);
    EXPECT_THAT(
        agent().metrics(),
        HasSubstr("calendly_agent_subscription_state{connector=\"calendly\",state=\"" + state + "\"} 1"));
    EXPECT_THAT(agent().log(), HasSubstr("the webhook subscription is " + state));
    EXPECT_EQ(text_at(run_json({"webhooks", "list"}, 1), "/verdict"), state);
}

TEST_P(ProductGuardianStates, AreRepairedWithoutARefusedOrLostDelivery) {
    const std::string state = GetParam();
    if (state == "retrying") return;  // repairs itself
    start_watched("repair: true");
    allow_error("the webhook subscription is " + state);
    const bool delivers = state != "missing" && state != "disabled" && state != "wrong_scope";
    bring_into(state);
    Bookings bookings(sandbox(), 20);
    harness::wait_until([&] { return agent().has_logged("is repaired; a reconciliation follows"); },
                        "it should be repaired", harness::Duration(40'000));
    const auto repaired = bookings.count();
    harness::wait_until([&] { return bookings.count() > repaired + 20; }, "there should be more bookings");
    bookings.stop();
    settle();
    expect_no_delivery_refused();
    expect_nothing_lost(delivers ? 0 : repaired + 1, bookings.count());
    EXPECT_EQ(text_at(run_json({"webhooks", "list"}), "/verdict"), "ok");
    wait_for_health("subscription", "ok");
    harness::wait_until(
        [&] {
            return agent().metrics().find("calendly_agent_reconciliations_total{connector=\"calendly\"} 1") !=
                   std::string::npos;
        },
        "a reconciliation should follow the repair", harness::Duration(60'000));
    EXPECT_THAT(agent().metrics(), HasSubstr("_subscription_repairs_total{connector=\"calendly\"} 1"));
}

INSTANTIATE_TEST_SUITE_P(Each, ProductGuardianStates,
                         testing::Values("missing", "disabled", "wrong_scope", "wrong_events", "duplicate",
                                         "retrying"),
                         [](const auto& one) { return std::string(one.param); });

TEST_F(ProductGuardian, RepairsAtMostOnceInTenMinutes) {
    start_watched("repair: true");
    allow_error("the webhook subscription is missing");
    bring_into("missing");
    harness::wait_until([&] { return agent().has_logged("is repaired"); }, "it should be repaired");
    wait_for_health("subscription", "ok");
    bring_into("missing");
    wait_for_health("subscription", "missing");
    harness::wait_until([&] { return agent().has_logged("left alone meanwhile"); }, "it should say why");
    EXPECT_TRUE(listed().empty());
}

TEST_F(ProductGuardian, AFailureOfTheApiIsNoVerdict) {
    start_watched("repair: true");
    for (const unsigned status : {500U, 429U, 503U}) {
        sandbox().fault("calendly", {{"path_prefix", "/webhook_subscriptions"}}, {{"status", status}}, 1);
        const auto before = looks();
        harness::wait_until([&] { return looks() > before + 2; }, "it should look again",
                            harness::Duration(60'000));
        EXPECT_EQ(health_at("subscription"), "ok");
    }
    EXPECT_THAT(agent().log(), HasSubstr("cannot be checked"));
    EXPECT_THAT(sandbox().calls("calendly"), Not(testing::Contains("POST /webhook_subscriptions")));
}

TEST_F(ProductGuardian, OfTwoAgentsOneWatchesAndTheOtherTakesOver) {
    start_watched("");
    auto& first = agent();
    system_->start_agent();
    auto& second = agent();
    wait_for_health("subscription", "ok");
    EXPECT_THAT(first.log(), HasSubstr("watches over the webhook subscription"));
    EXPECT_THAT(second.log(), Not(HasSubstr("watches over the webhook subscription")));
    EXPECT_EQ(first.stop(), 0);
    harness::wait_until([&] { return second.has_logged("watches over the webhook subscription"); },
                        "the other should take over at once");
    system_->start_agent();
    auto& third = agent();
    wait_for_health("subscription", "ok");
    second.kill();
    harness::wait_until([&] { return third.has_logged("watches over the webhook subscription"); },
                        "the other should take over from a dead one", harness::Duration(40'000));
}

TEST_F(ProductGuardian, AKeyThatNginxDoesNotHaveIsFound) {
    lay_watched("check_every: 1s");
    use_key_file("other.key");
    system_->folder().secret("other.key", "another-key-of-the-tests\n");
    configure("check_every: 1s");
    expect_error("a signed probe was answered 401");
    system_->start_agent();
    wait_for_health("edge", "answered 401");
    EXPECT_EQ(agent().health().status, 503);
    EXPECT_THAT(agent().metrics(), HasSubstr("calendly_agent_edge_ok{connector=\"calendly\"} 0"));
}

TEST_F(ProductGuardian, APathThatLeadsElsewhereIsFound) {
    lay_watched("check_every: 1s");
    const auto old = system_->nginx().workers();
    system_->nginx().reload("calendly_webhook other; calendly_signing_key_file " + key_file().string() +
                            "; calendly_redis " + system_->redis().url() + ";");
    system_->nginx().wait_for_workers(old.size(), old);  // an old one feeds the former connector to its end
    expect_error("no agent has read it");
    system_->start_agent();
    wait_for_health("edge", "no agent has read it");
    EXPECT_EQ(agent().health().status, 503);
}

TEST_F(ProductGuardian, MayBeSwitchedOff) {
    lay_watched("check_every: off");
    system_->start_agent();
    wait_until_well();
    EXPECT_EQ(health_at("subscription"), "null");
    EXPECT_EQ(looks(), 0u);
}

TEST_F(ProductGuardian, RemovesARetiredKeyWhenItsTimeIsOver) {
    lay_watched("check_every: 1s");
    const auto old = std::string(harness::System::signing_key);
    harness::write_file(key_file(), "# ours\n" + old + "\nthe-new-key-of-the-tests\n");
    system_->nginx().signal(SIGHUP);
    const auto ran = run({"webhooks", "rotate", "--reload-command", reload_command(), "--overlap", "1s"});
    ASSERT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_EQ(keys().size(), 3u);
    auto state = json::parse(redis({"GET", "calendly:{calendly}:rotation"}));
    for (auto& key : state.at("retired").as_array()) key.as_object()["since"] = "2026-01-01T00:00:00.000000Z";
    redis({"SET", "calendly:{calendly}:rotation", json::serialize(state)});
    system_->start_agent();
    harness::wait_until([&] { return keys().size() == 1; }, "the old keys should go");
    EXPECT_THAT(harness::read_file(key_file()), testing::StartsWith("# ours\n"));
}

}  // namespace product_guardian_test
}  // namespace e2e
