// webhooks list, create, repair, delete: what is found at Calendly, and what an operator does about it.
#include "e2e/product/webhook_fixture.hpp"

namespace e2e {
namespace webhooks_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class ProductWebhooks : public WebhookTest {
protected:
    std::size_t calls(const std::string& call, std::uint64_t after = 0) {
        const auto all = sandbox().calls("calendly", after);
        return static_cast<std::size_t>(std::ranges::count(all, call));
    }
    // As somebody with another token.
    void be_member() {
        const auto token = sandbox().post("/calendly/tokens", {{"user", "colleague"}});
        sandbox().post("/calendly/roles", {{"user", "colleague"}, {"role", "user"}});
        system_->options().connectors["calendly"]["access_token"] = text_at(token, "/token");
    }
};

TEST_F(ProductWebhooks, ListReadsEveryPage) {
    harness::SystemOptions options;
    options.sandbox = {"--most-subscriptions", "300"};
    lay_watched("", std::move(options));
    for (int i = 0; i < 210; ++i)
        subscribe("https://elsewhere.example.com/" + std::to_string(i), "organization", {"invitee.created"});
    const auto before = sandbox().journal_end();
    const auto list = run_json({"webhooks", "list"});
    EXPECT_EQ(text_at(list, "/verdict"), "ok");
    EXPECT_THAT(list.at("subscriptions").as_array(), SizeIs(211));
    EXPECT_EQ(calls("GET /webhook_subscriptions", before), 3u + 1u) << "three pages, and the user's own";
}

TEST_F(ProductWebhooks, ListShowsOursAndOthersOfEveryScope) {
    lay_watched();
    subscribe("https://elsewhere.example.com/", "user", {"invitee.created"});
    const auto list = run_json({"webhooks", "list"});
    const auto& ours = list.at("subscriptions").at(0);
    EXPECT_EQ(text_at(ours, "/url"), system_->webhook_url());
    EXPECT_EQ(text_at(ours, "/ours"), "true");
    EXPECT_EQ(text_at(ours, "/scope"), "organization");
    EXPECT_EQ(text_at(ours, "/state"), "active");
    EXPECT_EQ(text_at(ours, "/problem"), "null");
    EXPECT_EQ(text_at(ours, "/retry_started_at"), "null");
    EXPECT_THAT(text_at(ours, "/created_at"), HasSubstr("T"));
    EXPECT_THAT(ours.at("events").as_array(), Not(IsEmpty()));
    EXPECT_EQ(text_at(list, "/subscriptions/1/ours"), "false");
    EXPECT_EQ(text_at(list, "/subscriptions/1/scope"), "user");
    EXPECT_THAT(run({"webhooks", "list"}).output, HasSubstr("verdict: ok"));
}

class ProductWebhookStates : public ProductWebhooks, public testing::WithParamInterface<const char*> {};

TEST_P(ProductWebhookStates, AreFound) {
    const std::string state = GetParam();
    lay_watched();
    bring_into(state);
    EXPECT_EQ(text_at(run_json({"webhooks", "list"}, 1), "/verdict"), state);
}

TEST_P(ProductWebhookStates, AreRepairedTheNewOneFirst) {
    const std::string state = GetParam();
    lay_watched();
    system_->start_agent();
    wait_until_well();
    bring_into(state);
    const auto before = sandbox().journal_end();
    const auto ran = run({"webhooks", "repair", "--overlap", "1s"});
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    std::vector<std::string> changes;
    for (const auto& call : sandbox().calls("calendly", before))
        if (!call.starts_with("GET")) changes.push_back(call.substr(0, call.find(' ')));
    const std::map<std::string, std::vector<std::string>> expected = {
        {"missing", {"POST"}},
        {"disabled", {"POST", "DELETE"}},
        {"wrong_scope", {"POST", "DELETE"}},
        {"wrong_events", {"POST", "DELETE"}},
        {"duplicate", {"DELETE"}},
        {"retrying", {}}};  // that passes by itself
    EXPECT_EQ(changes, expected.at(state)) << "the new one first";
    EXPECT_EQ(run({"webhooks", "list"}).exit_code, state == "retrying" ? 1 : 0);
    sandbox().book({{"email", "ann@example.org"}});
    settle();
    EXPECT_EQ(attribute("ann@example.org", "BOOKING_STATUS"), "booked");
}

INSTANTIATE_TEST_SUITE_P(Each, ProductWebhookStates,
                         testing::Values("missing", "disabled", "wrong_scope", "wrong_events", "duplicate",
                                         "retrying"),
                         [](const auto& one) { return std::string(one.param); });

TEST_F(ProductWebhooks, AMemberSeesTheirOwnAndIsToldSo) {
    lay_watched();
    be_member();
    const auto ran = run({"webhooks", "list"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("only this user's own subscriptions are shown"));
    EXPECT_THAT(ran.output, HasSubstr("verdict: missing"));
    const auto created = run({"webhooks", "create"});
    EXPECT_EQ(created.exit_code, 1);
    EXPECT_THAT(created.errors, HasSubstr("needs the token of the organization's owner or an admin"));
    EXPECT_THAT(listed(), SizeIs(1));
}

TEST_F(ProductWebhooks, AMemberMaySubscribeToTheirOwn) {
    lay_watched("scope: user", without_subscription());
    be_member();
    const auto created = run({"webhooks", "create"});
    EXPECT_EQ(created.exit_code, 0) << created.errors;
    EXPECT_EQ(text_at(run_json({"webhooks", "list"}), "/verdict"), "ok");
}

TEST_F(ProductWebhooks, CreateMakesTheKeyAndSubscribesOnceNginxHasIt) {
    lay(without_subscription());
    use_key_file("new.key");
    configure("check_every: off");
    system_->start_agent();
    const auto first = run({"webhooks", "create"});
    EXPECT_EQ(first.exit_code, 1);
    EXPECT_THAT(first.output, HasSubstr("nginx -t && systemctl reload nginx"));
    EXPECT_THAT(first.errors,
                AllOf(HasSubstr("answered 401"), HasSubstr("reload nginx, then run this once more")));
    EXPECT_THAT(listed(), IsEmpty());
    ASSERT_THAT(keys(), SizeIs(1));
    EXPECT_THAT(keys().front(), testing::MatchesRegex("[0-9a-f]{64}"));
    EXPECT_EQ(std::filesystem::status(key_file()).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);

    harness::write_file(system_->folder() / "signing.key", keys().front() + "\n");
    const auto workers = system_->nginx().workers();
    system_->nginx().signal(SIGHUP);
    system_->nginx().wait_for_workers(1, workers);
    const auto second = run({"webhooks", "create"});
    EXPECT_EQ(second.exit_code, 0) << second.errors;
    EXPECT_THAT(second.output, HasSubstr("probe: 200, and an agent has read it; forged: 401"));
    sandbox().book({{"email", "ann@example.org"}});
    settle();
    EXPECT_EQ(attribute("ann@example.org", "BOOKING_STATUS"), "booked");
    EXPECT_EQ(system_->dead(), 0) << "a probe is no dead letter";

    const auto third = run({"webhooks", "create"});
    EXPECT_EQ(third.exit_code, 0) << third.errors;
    EXPECT_THAT(third.output, HasSubstr("right, and left as it is"));
    EXPECT_THAT(listed(), SizeIs(1));
    EXPECT_THAT(keys(), SizeIs(1));
}

TEST_F(ProductWebhooks, CreateRefusesAUrlThatIsNotNginxsLocation) {
    lay(without_subscription());
    configure("", "http://127.0.0.1:" + std::to_string(system_->nginx().port()) + "/elsewhere");
    const auto refused = run({"webhooks", "create"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.errors,
                AllOf(HasSubstr("a signed probe was answered 404 instead of 200: see that the location"),
                      HasSubstr("nothing was subscribed")));
    EXPECT_THAT(listed(), IsEmpty());
    const auto forced = run({"webhooks", "create", "--no-probe"});
    EXPECT_EQ(forced.exit_code, 0) << forced.errors;
    EXPECT_THAT(listed(), SizeIs(1));
}

TEST_F(ProductWebhooks, CreateRefusesAUrlThatNobodyAnswers) {
    lay(without_subscription());
    configure("", "http://127.0.0.1:1/");
    const auto refused = run({"webhooks", "create"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("no answer: "));
    EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(ProductWebhooks, CreateDoesNotMendAndSaysWhatDoes) {
    lay_watched();
    bring_into("wrong_events");
    const auto ran = run({"webhooks", "create"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("webhooks repair puts it right"));
}

TEST_F(ProductWebhooks, ATakenUrlIsPassedOver) {
    lay_watched("", without_subscription());
    sandbox().fault("calendly", {{"method", "POST"}},
                    {{"status", 409}, {"body", {{"title", "Already Exists"}, {"message", "Hook exists"}}}});
    const auto ran = run({"webhooks", "create"});
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_EQ(text_at(listed().at(0), "/callback_url"), system_->webhook_url() + "?v=2");
}

TEST_F(ProductWebhooks, AnUnpaidPlanIsNamed) {
    lay_watched("", without_subscription());
    sandbox().fault(
        "calendly", {{"method", "POST"}},
        {{"status", 403},
         {"body",
          {{"title", "Permission Denied"}, {"message", "Please upgrade to a paid Calendly account."}}}});
    const auto ran = run({"webhooks", "create"});
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("plan does not include webhooks"));
    EXPECT_EQ(std::ranges::count(ran.errors, '\n'), 1);
}

TEST_F(ProductWebhooks, ALimitIsWaitedForVisibly) {
    lay_watched();
    sandbox().fault("calendly", {{"path_prefix", "/webhook_subscriptions"}},
                    {{"status", 429}, {"headers", {{"X-RateLimit-Reset", "2"}}}});
    const auto ran = run({"webhooks", "list"});
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_THAT(ran.errors, HasSubstr("next attempt in"));
}

TEST_F(ProductWebhooks, DeleteTakesOneOrAllOfOurs) {
    lay_watched();
    bring_into("duplicate");
    const auto other = subscribe("https://elsewhere.example.com/", "organization", usual_events());
    EXPECT_EQ(run({"webhooks", "delete", only_uri()}).exit_code, 0);
    EXPECT_EQ(text_at(run_json({"webhooks", "list"}), "/verdict"), "ok");
    EXPECT_EQ(run({"webhooks", "delete", "--ours"}).exit_code, 0);
    EXPECT_EQ(text_at(run_json({"webhooks", "list"}, 1), "/verdict"), "missing");
    EXPECT_EQ(only_uri(), other) << "others' are left alone";
    for (const auto& wrong : std::vector<std::vector<std::string>>{{"webhooks", "delete"},
                                                                   {"webhooks", "delete", "--ours", other},
                                                                   {"webhooks", "delete", "abc"}}) {
        const auto ran = run(wrong);
        EXPECT_EQ(ran.exit_code, wrong.back() == "abc" ? 1 : 2);
        EXPECT_EQ(std::ranges::count(ran.errors, '\n'), 1) << ran.errors;
    }
    EXPECT_THAT(listed(), SizeIs(1));
}

TEST_F(ProductWebhooks, WithoutAUrlTheConfigurationIsAtFault) {
    lay();
    const auto ran = run({"webhooks", "list"});
    EXPECT_EQ(ran.exit_code, 78);
    EXPECT_THAT(ran.errors, HasSubstr("connectors.calendly.webhook.url: missing"));
}

}  // namespace webhooks_test
}  // namespace e2e
