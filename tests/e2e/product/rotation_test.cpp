// Another signing key while webhooks come.
#include "e2e/product/webhook_fixture.hpp"

#include "shared/signature.hpp"

namespace e2e {
namespace product_rotation_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class ProductRotation : public WebhookTest {
protected:
    Ran rotate(const std::string& overlap = "1s") {
        return run({"webhooks", "rotate", "--reload-command", reload_command(), "--overlap", overlap});
    }
    Ran finish(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{"webhooks", "rotate", "--finish"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(std::move(arguments));
    }
    const std::string old_key_{harness::System::signing_key};
};

TEST_F(ProductRotation, TenInARowUnderLoadRefuseAndLoseNothing) {
    harness::SystemOptions options;
    options.sandbox = {"--deliveries-at-once", "16"};  // as Calendly: one that is slow holds up no other
    lay_watched("check_every: 1s, repair: true", std::move(options));
    system_->start_agent();
    wait_for_health("subscription", "ok");
    Bookings bookings(sandbox(), 50);
    std::set<std::string> seen{old_key_};
    for (int i = 0; i < 10; ++i) {
        const auto ran = rotate("5s");
        ASSERT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
        EXPECT_TRUE(seen.insert(keys().back()).second) << "a new key each time";
        EXPECT_THAT(listed(), SizeIs(1));
        const auto finished = finish({"--now", "--reload-command", reload_command()});
        ASSERT_EQ(finished.exit_code, 0) << finished.errors;
        EXPECT_THAT(keys(), SizeIs(1));
    }
    bookings.stop();
    system_->settle();
    expect_no_delivery_refused();
    expect_nothing_lost(0, bookings.count());
    EXPECT_GT(bookings.count(), 500u);
    EXPECT_EQ(system_->dead(), 0);
    EXPECT_EQ(text_at(run_json({"webhooks", "list"}), "/verdict"), "ok");
}

// Each would delete what the other one has made.
TEST_F(ProductRotation, TwoAtOnceComeOneAfterTheOther) {
    lay_watched();
    auto redis = system_->redis().client();
    redis.command({"SET", shared::connector_key("calendly", "rotation:lock"), "another", "PX", "1500"});
    const auto ran = rotate();
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_THAT(ran.output, HasSubstr("another rotation is at work"));
    EXPECT_THAT(listed(), SizeIs(1));
    EXPECT_EQ(redis.integer({"EXISTS", shared::connector_key("calendly", "rotation:lock")}), 0);
}

TEST_F(ProductRotation, TheOldKeyStaysForADay) {
    lay_watched();
    ASSERT_EQ(rotate().exit_code, 0);
    EXPECT_EQ(keys().front(), old_key_);
    EXPECT_THAT(keys(), SizeIs(2));
    EXPECT_EQ(text_at(listed().at(0), "/callback_url"), system_->webhook_url() + "?v=2");
    EXPECT_EQ(system_->post("{}"), 200u) << "one on its way, signed with the old key";

    const auto early = finish();
    EXPECT_EQ(early.exit_code, 1);
    EXPECT_THAT(early.errors, AllOf(HasSubstr("must stay until"), HasSubstr("--now")));
    EXPECT_THAT(keys(), SizeIs(2));

    const auto workers = system_->nginx().workers();
    ASSERT_EQ(finish({"--now", "--reload-command", reload_command()}).exit_code, 0);
    system_->nginx().wait_for_workers(1, workers);
    EXPECT_THAT(keys(), SizeIs(1));
    EXPECT_EQ(system_->post("{}"), 401u);
    EXPECT_THAT(finish().output, HasSubstr("no old key waits"));
}

TEST_F(ProductRotation, OneThatIsInterruptedIsGoneOnWith) {
    lay_watched();
    const auto output = system_->folder() / "rotate.output";
    harness::Process waiting(
        {harness::AgentProcess::program(), "webhooks", "rotate", "--config", system_->write_configuration()},
        output);
    harness::wait_until(
        [&] { return harness::read_file(output).find("waiting until nginx") != std::string::npos; },
        "it should wait for nginx");
    EXPECT_THAT(harness::read_file(output), HasSubstr("nginx -t && systemctl reload nginx"));
    EXPECT_EQ(waiting.stop(SIGINT), 130);
    const auto left = keys();
    ASSERT_THAT(left, SizeIs(2)) << "the new key does no harm";
    EXPECT_EQ(text_at(listed().at(0), "/callback_url"), system_->webhook_url()) << "nothing else was done";

    const auto again = rotate();
    EXPECT_EQ(again.exit_code, 0) << again.errors;
    EXPECT_THAT(again.output, HasSubstr("going on with the new key"));
    EXPECT_EQ(keys(), left);
}

TEST_F(ProductRotation, WithoutACommandItGoesOnOnceSomebodyReloadsNginx) {
    lay_watched();
    const auto output = system_->folder() / "rotate.output";
    harness::Process waiting({harness::AgentProcess::program(), "webhooks", "rotate", "--overlap", "1s",
                              "--config", system_->write_configuration()},
                             output);
    harness::wait_until(
        [&] { return harness::read_file(output).find("waiting until nginx") != std::string::npos; },
        "it should wait for nginx");
    system_->nginx().signal(SIGHUP);
    EXPECT_EQ(waiting.wait(), 0) << harness::read_file(output);
    EXPECT_EQ(text_at(listed().at(0), "/callback_url"), system_->webhook_url() + "?v=2");
}

TEST_F(ProductRotation, ACommandThatFailsChangesNothingAtCalendly) {
    lay_watched();
    const auto ran = run({"webhooks", "rotate", "--reload-command", "exit 3"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, AllOf(HasSubstr("--reload-command ended with 3"), HasSubstr("does no harm")));
    EXPECT_THAT(keys(), SizeIs(2));
    EXPECT_EQ(text_at(listed().at(0), "/callback_url"), system_->webhook_url());
    EXPECT_EQ(rotate().exit_code, 0);
    EXPECT_THAT(keys(), SizeIs(2)) << "the one that was left there is used";
}

TEST_F(ProductRotation, NeedsAFileOfItsOwn) {
    lay_watched();
    auto& connectors = system_->options().connectors;
    connectors["other"] = connectors["calendly"];
    const auto shared_file = run({"webhooks", "rotate", "--connector", "calendly"});
    EXPECT_EQ(shared_file.exit_code, 78);
    EXPECT_THAT(shared_file.errors, HasSubstr("is also that of connector other"));
    connectors.erase("other");
    connectors["calendly"]["webhook"] =
        "{url: \"" + system_->webhook_url() + "\", signing_key: \"" + old_key_ + "\"}";
    const auto literal = run({"webhooks", "rotate"});
    EXPECT_EQ(literal.exit_code, 78);
    EXPECT_THAT(literal.errors, HasSubstr("webhook.signing_key_file: missing"));
}

}  // namespace product_rotation_test
}  // namespace e2e
