// Where the configuration's values come from, and several connectors in one agent.
#include "e2e/harness/free_port.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace path_configuration_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string ann = "ann@example.org", bea = "bea@example.org";

class PathConfiguration : public PathTest {
protected:
    // A delivery of the sandbox's first connector, for another person, posted to another one's URL.
    std::string delivery_for(const std::string& email) {
        sandbox().hold();
        sandbox().book({{"email", email}});
        sandbox().fault("webhooks", {}, {{"status", 200}});  // nginx never sees it
        sandbox().release_all();
        harness::wait_until([&] { return !sandbox().has_pending_deliveries(); }, "it should be delivered");
        return json::serialize(sandbox().journal("webhooks").back().at("body"));
    }
};

TEST_F(PathConfiguration, TakesCredentialsFromFilesAndTheEnvironment) {
    lay(with({{"access_token", "\"${file:$CREDENTIALS_DIRECTORY/calendly_token}\""},
              {"brevo", "{api_key: \"${THE_BREVO_KEY}\"}"}}));
    system_->folder().secret("calendly_token", "sandbox-token\n");
    auto& agent = system_->start_agent(
        {{"CREDENTIALS_DIRECTORY", system_->folder().path()}, {"THE_BREVO_KEY", "sandbox-key"}});
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(agent.log(), Not(HasSubstr("sandbox-token")));
    EXPECT_THAT(agent.log(), Not(HasSubstr("sandbox-key")));
    EXPECT_THAT(agent.health().body + agent.metrics(), Not(HasSubstr("sandbox-key")));
}

TEST_F(PathConfiguration, TwoConnectorsHaveTwoStreamsAndTwoMappings) {
    harness::SystemOptions options;
    auto& other = options.connectors["other"] = harness::usual_connector();
    other["field_mapping"] = "{host_name: COMPANY}";
    other["event_mapping"] = "";
    other["no_show"] = "";
    start(std::move(options));
    sandbox().book({{"email", ann}});
    settle();
    ASSERT_EQ(system_->post(delivery_for(bea), "other"), 200u);
    system_->settle("other");
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(attribute(ann, "COMPANY"), "(none)");
    EXPECT_EQ(lists(ann), "[10]");
    EXPECT_EQ(attribute(bea, "BOOKING_STATUS"), "(none)");
    EXPECT_EQ(attribute(bea, "COMPANY"), "Harriet Host");
    EXPECT_EQ(lists(bea), "[]");
    EXPECT_THAT(agent().health().body, testing::AllOf(HasSubstr("\"calendly\""), HasSubstr("\"other\"")));
}

TEST_F(PathConfiguration, OneParkedConnectorDoesNotHoldUpTheOther) {
    expect_error("parked");
    harness::SystemOptions options;
    auto& other = options.connectors["other"] = harness::usual_connector();
    other["brevo"] = "{api_key: a-key-that-is-revoked}";
    start(std::move(options));
    harness::wait_until([&] { return agent().has_logged("parked"); }, "the other connector should be parked");
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(agent().health().status, 503u);
    EXPECT_THAT(agent().log() + agent().health().body, Not(HasSubstr("a-key-that-is-revoked")));
}

TEST_F(PathConfiguration, RedisByTcpWithAUserOfItsOwn) {
    harness::SystemOptions options;
    options.redis.tcp = true;
    lay(std::move(options));
    system_->redis().client().text(
        {"ACL", "SETUSER", "agent", "on", ">hush-hush", "~calendly:*", "+@all", "-@admin", "-@dangerous"});
    const auto port = std::to_string(system_->redis().port());
    system_->options().common["redis"] =
        "{url: \"redis://agent@127.0.0.1:" + port + "/0\", password: hush-hush}";
    system_->start_agent();
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(agent().log(), Not(HasSubstr("hush-hush")));
}

// An ACL of before the agent counted them.
TEST_F(PathConfiguration, AUserOfRedisWhoMayNotCountDeadLettersIsInTrouble) {
    allow_error("a right is missing in Redis");
    harness::SystemOptions options;
    options.redis.tcp = true;
    lay(std::move(options));
    auto client = system_->redis().client();
    client.text({"ACL", "SETUSER", "agent", "on", ">hush-hush", "~calendly:*", "+@all", "-xlen", "-xrange",
                 "-client|setname"});
    system_->options().common["redis"] =
        "{url: \"redis://agent@127.0.0.1:" + std::to_string(system_->redis().port()) +
        "/0\", password: hush-hush}";
    system_->start_agent();
    harness::wait_until(
        [&] { return agent().health().body.find("dead letters cannot be counted") != std::string::npos; },
        "health should say it");
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    const auto health = agent().health();
    EXPECT_EQ(health.status, 503u);
    EXPECT_THAT(health.body,
                testing::AllOf(HasSubstr(R"("status":"degraded")"), HasSubstr(R"("kind":"right")"),
                               HasSubstr("the user needs +xlen and +xrange")));
    client.text({"ACL", "SETUSER", "agent", "+xlen", "+xrange"});
    wait_until_well();
}

TEST_F(PathConfiguration, AWrongPasswordOfRedisIsSaidAndNotShown) {
    expect_error("WRONGPASS");
    lay();
    system_->redis().client().text({"CONFIG", "SET", "requirepass", "the-one"});
    system_->options().common["redis"] = "{url: \"" + system_->redis().url() + "\", password: not-the-one}";
    system_->start_agent();
    harness::wait_until([&] { return agent().has_logged("WRONGPASS"); }, "the log should say why");
    EXPECT_EQ(agent().health().status, 503u);
    EXPECT_THAT(agent().log(), Not(HasSubstr("not-the-one")));
}

TEST_F(PathConfiguration, ADisabledConnectorIsLeftAlone) {
    harness::SystemOptions options;
    options.connectors["other"] = {{"enabled", "false"}};
    start(std::move(options));
    ASSERT_EQ(system_->post(delivery_for(bea), "other"), 200u) << "the edge knows nothing of it";
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(system_->backlog("other"), 1);
    EXPECT_FALSE(sandbox().contact(bea));
    EXPECT_THAT(agent().health().body, Not(HasSubstr("\"other\"")));
}

TEST_F(PathConfiguration, TheMappingForAllConnectorsServesTheOnesWithoutTheirOwn) {
    auto options = with({{"field_mapping", ""}});
    options.common["field_mapping"] = "{host_name: COMPANY}";
    start(std::move(options));
    sandbox().book({{"email", ann}});
    settle();
    EXPECT_EQ(attribute(ann, "COMPANY"), "Harriet Host");
}

TEST_F(PathConfiguration, FollowsOnlyWhatIsMissing) {
    start(with({{"follow_links", "missing"}}));
    sandbox().book({{"email", ann}, {"timezone", "Europe/Oslo"}, {"start_time", "2030-05-06T07:00:00Z"}});
    settle();
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), "2030-05-06T09:00:00+02:00");
    EXPECT_THAT(sandbox().calls("calendly"), ElementsAre("GET /event_types/DISCOVERYCALL001"));
}

TEST_F(PathConfiguration, WebhooksInTheLogAreMasked) {
    start(with({{"log_webhooks", "true"}}));
    sandbox().book(
        {{"email", ann}, {"name", "Ann Bee"}, {"questions_and_answers", {{"Company", "Dock & Co"}}}});
    settle();
    EXPECT_THAT(agent().log(), HasSubstr("invitee.created"));
    for (const std::string& secret : {ann, std::string("Ann Bee"), std::string("Dock & Co")})
        EXPECT_THAT(agent().log(), Not(HasSubstr(secret)));
}

TEST_F(PathConfiguration, TheAdminAddressAsksForItsToken) {
    lay();
    const auto port = harness::free_port();
    system_->options().common["admin"] =
        "{listen: \"127.0.0.1:" + std::to_string(port) + "\", token: hush-hush}";
    system_->start_agent();
    const auto get = [&](const std::string& authorization) {
        const harness::HttpRequest request{
            .method = "GET", .target = "/metrics", .headers = {{"Authorization", authorization}}, .body = {}};
        return harness::send_once(port, request).status;
    };
    EXPECT_EQ(get("Bearer nothing"), 401u);
    EXPECT_EQ(get("Bearer hush-hush"), 200u);
}

TEST_F(PathConfiguration, APersonIsRememberedForTheRetention) {
    start(with({{"retention", "48h"}}));
    sandbox().book({{"email", ann}});
    settle();
    const auto left = system_->redis().client().integer({"TTL", "calendly:{calendly}:person:" + ann});
    EXPECT_GT(left, 47 * 3600);
    EXPECT_LE(left, 48 * 3600);
}

}  // namespace path_configuration_test
}  // namespace e2e
