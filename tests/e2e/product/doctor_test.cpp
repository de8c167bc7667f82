// doctor: what is planted is found, and gone once its fix was followed.
#include "e2e/product/webhook_fixture.hpp"

namespace e2e {
namespace doctor_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ProductDoctor : public WebhookTest {
protected:
    // Everything is as it should be.
    void lay_healthy(harness::SystemOptions options = {}) {
        options.rate_limit = "500/min";
        options.brevo_rate_limit = "10/s";
        lay_watched("", std::move(options));
        set_rates("500/min", "10/s");
        system_->start_agent();
        wait_until_well();
    }
    void set_rates(const std::string& calendly, const std::string& brevo, const std::string& key = "") {
        auto& common = system_->options().common;
        common["calendly"] = "{api_url: \"" + sandbox().calendly_url() + "\", rate_limit: " + calendly + "}";
        common["brevo"] = "{api_url: \"" + sandbox().brevo_url() + "\", rate_limit: " + brevo +
                          ", api_key: " + (key.empty() ? harness::SandboxProcess::api_key : key) + "}";
    }
    void set(const std::string& section, const std::string& text) {
        system_->options().connectors["calendly"][section] = text;
    }

    // The finding with this id.
    json::object finding(const std::string& id) {
        const auto ran = run({"doctor", "--json", "--only", id});
        const auto all = json::parse(ran.output);
        EXPECT_EQ(all.as_array().size(), 1u) << ran.output;
        EXPECT_EQ(text_at(all, "/0/id"), id);
        EXPECT_EQ(text_at(all, "/0/area"), id.substr(0, id.find('.')));
        EXPECT_EQ(ran.exit_code, text_at(all, "/0/status") == "fail" ? 1 : 0);
        return all.at(0).as_object();
    }
    void expect_bad(const std::string& id, const std::string& status, const std::string& words = "") {
        const auto found = finding(id);
        EXPECT_EQ(text_at(found, "/status"), status) << json::serialize(found);
        EXPECT_THAT(json::serialize(found), HasSubstr(words));
        EXPECT_NE(text_at(found, "/why"), "null");
        EXPECT_NE(text_at(found, "/fix"), "null");
    }
    void expect_well(const std::string& id) {
        const auto found = finding(id);
        EXPECT_EQ(text_at(found, "/status"), "ok") << json::serialize(found);
        EXPECT_EQ(text_at(found, "/why"), "null");
        EXPECT_EQ(text_at(found, "/fix"), "null");
    }
};

TEST_F(ProductDoctor, AHealthySystemSaysSo) {
    lay_healthy();
    const auto before = sandbox().journal_end();
    const auto began = std::chrono::steady_clock::now();
    const auto ran = run({"doctor", "--strict"});
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
    EXPECT_EQ(ran.exit_code, 0) << ran.output << ran.errors;
    EXPECT_EQ(last_line(ran.output), "0 failures, 0 warnings") << ran.output;
    EXPECT_THAT(ran.output, AllOf(HasSubstr("ok    redis     reachable"), Not(HasSubstr("why:"))));
    EXPECT_EQ(std::ranges::count(ran.output, '\n'), 28 + 1) << "each id, and the last line";
    settle_deliveries();
    for (const auto& call : sandbox().calls("brevo", before))
        EXPECT_THAT(call, HasSubstr("/contacts")) << call;
    EXPECT_EQ(sandbox().contact_count(), 0u) << "nothing is changed";
}

TEST_F(ProductDoctor, JsonHasEveryIdInItsOrder) {
    lay_healthy();
    const auto all = run_json({"doctor"});
    EXPECT_EQ(all.as_array().size(), 28u);
    for (const auto& one : all.as_array()) {
        std::vector<std::string> members;
        for (const auto& member : one.as_object()) members.emplace_back(member.key());
        EXPECT_THAT(members, ElementsAre("id", "area", "status", "summary", "why", "fix", "ms"));
        EXPECT_EQ(text_at(one, "/status"), "ok") << json::serialize(one);
    }
    EXPECT_EQ(text_at(all, "/0/id"), "config.file");
    EXPECT_EQ(text_at(all, "/27/id"), "brevo.rate_limit");
}

TEST_F(ProductDoctor, AnAreaCanBeChosenOrLeftOut) {
    lay_healthy();
    EXPECT_EQ(run_json({"doctor", "--only", "redis"}).as_array().size(), 8u);
    EXPECT_EQ(run_json({"doctor", "--only", "redis,agent", "--skip", "redis.dead"}).as_array().size(), 9u);
    const auto ran = run({"doctor", "--only", "radio"});
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_THAT(ran.errors, HasSubstr("radio"));
    EXPECT_EQ(run({"doctor", "--only", "redis", "--skip", "redis"}).exit_code, 2) << "nothing is left";
}

TEST_F(ProductDoctor, WhatWasFoundInTimeStaysWhenTheRestIsSlow) {
    lay_healthy();
    sandbox().fault("calendly", {{"path_prefix", "/webhook_subscriptions"}}, {{"delay_ms", 8000}}, -1);
    sandbox().fault("brevo", {{"path_prefix", "/contacts/lists"}}, {{"delay_ms", 8000}}, -1);
    set("no_show", "{list_id: 21}");
    const auto ran = run({"doctor", "--json", "--only", "calendly,brevo"});
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    const auto all = json::parse(ran.output);
    std::map<std::string, std::string> found;
    for (const auto& one : all.as_array())
        found[text_at(one, "/id")] = text_at(one, "/status") + " " + text_at(one, "/why");
    EXPECT_EQ(found["calendly.token"], "ok null");
    EXPECT_EQ(found["calendly.role"], "ok null");
    EXPECT_EQ(found["calendly.subscription"], "warn no answer within 5 s");
    EXPECT_EQ(found["brevo.key"], "ok null");
    EXPECT_EQ(found["brevo.types"], "ok null");
    EXPECT_EQ(found["brevo.lists"], "warn no answer within 5 s");
}

TEST_F(ProductDoctor, ATokenThatMayNothing) {
    lay_healthy();
    sandbox().fault("calendly", {},
                    {{"status", 403}, {"body", {{"title", "Permission Denied"}, {"message", "no"}}}}, -1);
    expect_bad("calendly.token", "fail", "403");
}

TEST_F(ProductDoctor, AConfigurationThatCannotBeReadIsTheOnlyFinding) {
    lay();
    set("sync", "{contact: true}");
    const auto ran = run({"doctor", "--json"});
    EXPECT_EQ(ran.exit_code, 78);
    const auto all = json::parse(ran.output);
    EXPECT_EQ(all.as_array().size(), 1u);
    EXPECT_EQ(text_at(all, "/0/id"), "config.file");
    EXPECT_THAT(text_at(all, "/0/why"), AllOf(HasSubstr("connector.yaml"), HasSubstr("contacts")));
    const auto folder = harness::run({harness::AgentProcess::program(), "doctor", "--json", "--config", "/tmp"},
                                     system_->folder() / "folder");
    EXPECT_EQ(folder.exit_code, 78);
    EXPECT_THAT(folder.output, HasSubstr("/tmp: cannot be read: it is a directory"));
}

TEST_F(ProductDoctor, RedisThatKeepsTooLittle) {
    lay_healthy();
    auto client = system_->redis().client();
    client.text({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
    expect_bad("redis.eviction", "warn", "noeviction");
    client.text({"CONFIG", "SET", "maxmemory-policy", "noeviction"});
    expect_well("redis.eviction");
    client.text({"CONFIG", "SET", "appendonly", "no"});
    expect_bad("redis.persistence", "warn", "appendonly yes");
    client.text({"CONFIG", "SET", "appendonly", "yes"});
    expect_well("redis.persistence");
    client.text({"CONFIG", "SET", "maxmemory", "1100000"});
    expect_bad("redis.memory", "warn", "maxmemory");
    client.text({"CONFIG", "SET", "maxmemory", "0"});
    expect_well("redis.memory");
    EXPECT_EQ(run({"doctor", "--only", "redis"}).exit_code, 0);
}

TEST_F(ProductDoctor, RedisThatIsGone) {
    lay_healthy();
    EXPECT_EQ(agent().stop(), 0);
    system_->redis().stop();
    expect_bad("redis.reachable", "fail");
    EXPECT_EQ(text_at(finding("redis.version"), "/status"), "warn") << "it cannot be known";
    system_->redis().start();
    expect_well("redis.reachable");
}

TEST_F(ProductDoctor, DeadLettersByTheirReasons) {
    lay_healthy();
    system_->redis().client().text({"XADD", shared::dead_key("calendly"), "*", "body", "{}", "reason",
                                    "no e-mail", "attempts", "1", "failed_ms", "1"});
    expect_bad("redis.dead", "warn", "no e-mail");
    system_->redis().client().integer({"DEL", shared::dead_key("calendly")});
    expect_well("redis.dead");
}

// Stopped when nothing is on its way: an entry that Redis hands out at that moment keeps the agent's name
// there.
TEST_F(ProductDoctor, AnAgentThatDoesNotRun) {
    lay_healthy();
    harness::wait_until([&] { return agent().has_logged("reached an agent"); }, "the probe should arrive");
    EXPECT_EQ(agent().stop(), 0);
    expect_bad("agent.running", "fail", "calendly-brevo agent --config ");
    expect_bad("edge.path", "fail", "agent");
    system_->redis().client().integer({"DEL", shared::webhooks_key("calendly")});
    system_->redis().client().text(
        {"XADD", shared::webhooks_key("calendly"), "1000-1", "body", "{}", "received_ms", "1000"});
    expect_bad("redis.backlog", "warn");
    allow_error("dead letters");
    system_->start_agent();
    harness::wait_until([&] { return system_->backlog() == 0; }, "the entries should be worked off");
    expect_well("agent.running");
    expect_well("edge.path");
    expect_well("redis.backlog");
}

TEST_F(ProductDoctor, AKeyThatBrevoRefuses) {
    lay_healthy();
    allow_error("");
    sandbox().fault("brevo", {},
                    {{"status", 401}, {"body", {{"code", "unauthorized"}, {"message", "Key not found"}}}},
                    -1);
    sandbox().book({{"email", "ann@example.com"}});
    harness::wait_until(
        [&] {
            return agent().health().body.find("Key not found") != std::string::npos ||
                   agent().health().body.find("401") != std::string::npos;
        },
        "the API should be parked");
    expect_bad("agent.parked", "fail");
    expect_bad("brevo.key", "fail", "SMTP & API");
    sandbox().clear_faults();
    sandbox().fault(
        "brevo", {},
        {{"status", 401},
         {"body",
          {{"code", "unauthorized"},
           {"message", "We have detected you are using an unrecognised IP address 203.0.113.7."}}}},
        -1);
    expect_bad("brevo.key", "fail", "authorised_ips");
    sandbox().clear_faults();
    expect_well("brevo.key");
}

TEST_F(ProductDoctor, ARateLimitThatIsUsedUpIsNoFailure) {
    lay_healthy();
    for (const auto* api : {"calendly", "brevo"})
        sandbox().fault(api, {}, {{"status", 429}, {"body", {{"message", "slow down"}}}}, -1);
    expect_bad("brevo.key", "warn", "brevo.rate_limit");
    expect_bad("calendly.token", "warn", "calendly.rate_limit");
    expect_bad("brevo.types", "warn", "brevo.key: Brevo's rate limit is used up");
    expect_bad("calendly.subscription", "warn", "calendly.token: Calendly's rate limit is used up");
    sandbox().clear_faults();
    expect_well("brevo.key");
    expect_well("calendly.token");
}

// Of Calendly's free plan: evenly paced, ten calls would take twelve seconds.
TEST_F(ProductDoctor, ALowRateLimitIsNothingToWaitFor) {
    lay_healthy();
    system_->options().rate_limit = "50/min";
    const auto ran = run({"doctor", "--strict"});
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
}

TEST_F(ProductDoctor, ALoginThatCannotBeReadWithoutRedisIsNotLost) {
    lay_healthy();
    EXPECT_EQ(agent().stop(), 0);
    auto& own = system_->options().connectors["calendly"];
    own.erase("access_token");
    own["oauth"] = "{client_id: c, redirect_uri: \"http://localhost:1/c\", key_file: " +
                   (system_->folder() / "token.key").string() + "}";
    expect_bad("calendly.token", "fail", "auth login");
    system_->redis().stop();
    expect_bad("calendly.token", "warn", "redis.reachable");
    system_->redis().start();
}

TEST_F(ProductDoctor, APauseIsNoAgentThatDoesNotRun) {
    lay_healthy();
    EXPECT_EQ(run({"pause", "--reason", "moving house"}).exit_code, 0);
    expect_bad("agent.running", "fail", "moving house");
    expect_bad("agent.running", "fail", "calendly-brevo resume");
    harness::wait_until([this] { return text_at(finding("edge.path"), "/status") == "fail"; },
                        "the agent should have paused");
    expect_bad("edge.path", "fail", "the connector is paused");
    EXPECT_EQ(run({"resume"}).exit_code, 0);
    expect_well("agent.running");
}

TEST_F(ProductDoctor, WhatAMemberDoesNotSeeIsUnknown) {
    lay_healthy();
    sandbox().post("/calendly/roles", {{"user", "colleague"}, {"role", "user"}});
    set("access_token", text_at(sandbox().post("/calendly/tokens", {{"user", "colleague"}}), "/token"));
    expect_bad("calendly.subscription", "warn", "owner and its admins only");
    set("event_mapping",
        "{other: {event_type_uri: 'https://api.calendly.com/event_types/OTHER', list_id: 11}}");
    expect_bad("calendly.event_types", "warn", "not seen: other");
    EXPECT_EQ(text_at(finding("calendly.event_types"), "/summary"), "cannot be known");
}

TEST_F(ProductDoctor, AScopeThatCannotBeSubscribedToIsSaidOfTheSubscription) {
    lay_healthy();
    set("webhook", "{url: \"" + system_->webhook_url() + "\", scope: group}");
    expect_well("calendly.token");
    expect_bad("calendly.subscription", "warn", "webhook.scope: group");
}

TEST_F(ProductDoctor, AnEdgeThatDoesNotWork) {
    lay_healthy();
    const auto url = system_->webhook_url();
    configure("", "http://127.0.0.1:1/webhooks/calendly");
    expect_bad("edge.reachable", "fail", "nginx");
    configure("", url + "/nowhere");
    expect_bad("edge.status", "fail", "404");
    expect_bad("edge.path", "fail");
    configure("");
    const auto good = harness::read_file(key_file());
    use_key_file("other.key");
    system_->folder().secret("other.key", "another-key-of-the-tests-0123456789\n");
    configure("");
    expect_bad("edge.signature", "fail", "reload");
    use_key_file("signing.key");
    configure("");
    for (const auto* id : {"edge.reachable", "edge.signature", "edge.path", "edge.status"}) expect_well(id);
}

TEST_F(ProductDoctor, CalendlysTokenScopesAndRole) {
    lay_healthy();
    set("access_token", "revoked-token-0123456789");
    expect_bad("calendly.token", "fail", "API & webhooks");
    const auto token_of = [&](json::object asked) {
        return text_at(sandbox().post("/calendly/tokens", asked), "/token");
    };
    set("access_token", token_of({{"user", "owner"}, {"scopes", {"users:read", "webhooks:read"}}}));
    expect_bad("calendly.scopes", "warn", "scheduled_events:read");
    sandbox().post("/calendly/roles", {{"user", "colleague"}, {"role", "user"}});
    set("access_token", token_of({{"user", "colleague"}}));
    expect_bad("calendly.role", "warn", "scope: user");
    sandbox().post("/calendly/roles", {{"user", "colleague"}, {"role", "admin"}});
    expect_well("calendly.role");
    set("access_token", harness::SandboxProcess::token);
    expect_well("calendly.token");
    expect_well("calendly.scopes");
}

TEST_F(ProductDoctor, WhatThePlansAllow) {
    lay_healthy();
    set_rates("5000/min", "100/s");
    expect_bad("calendly.rate_limit", "warn", "500/min");
    expect_bad("brevo.rate_limit", "warn", "10/s");
    set_rates("500/min", "10/s");
    expect_well("calendly.rate_limit");
    expect_well("brevo.rate_limit");
}

TEST_F(ProductDoctor, ASubscriptionThatIsNotAsItShouldBe) {
    lay_healthy();
    bring_into("disabled");
    expect_bad("calendly.subscription", "fail", "webhooks repair");
    EXPECT_EQ(run({"webhooks", "repair", "--overlap", "1s"}).exit_code, 0);
    expect_well("calendly.subscription");
    EXPECT_EQ(run({"webhooks", "delete", "--ours"}).exit_code, 0);
    expect_bad("calendly.subscription", "fail", "webhooks create");
    EXPECT_EQ(run({"webhooks", "create"}).exit_code, 0);
    expect_well("calendly.subscription");
    bring_into("duplicate");
    expect_bad("calendly.subscription", "warn", "duplicate");
}

TEST_F(ProductDoctor, WhatIsMappedAndNotThere) {
    lay_healthy();
    const auto mapping = system_->options().connectors["calendly"];
    set("event_mapping",
        "{gone: {event_type_uri: 'https://api.calendly.com/event_types/NOSUCHTYPE', list_id: 999}}");
    expect_bad("calendly.event_types", "warn", "event-types list");
    expect_bad("brevo.lists", "warn", "999");
    set("field_mapping", "{name: NO_SUCH_ATTRIBUTE}");
    expect_bad("brevo.attributes", "warn", "NO_SUCH_ATTRIBUTE");
    sandbox().post(
        "/brevo/attributes",
        {{"name", "PICKY"}, {"category", "category"}, {"enumeration", {{{"value", 1}, {"label", "new"}}}}});
    set("field_mapping", "{status: PICKY}");
    expect_bad("brevo.types", "fail", "booked");
    sandbox().post("/brevo/attributes", {{"name", "HEIGHT"}, {"category", "normal"}, {"type", "float"}});
    set("field_mapping", "{name: HEIGHT}");
    expect_bad("brevo.types", "fail", "HEIGHT (number): name");
    system_->options().connectors["calendly"] = mapping;
    for (const auto* id : {"calendly.event_types", "brevo.lists", "brevo.attributes", "brevo.types"})
        expect_well(id);
}

TEST_F(ProductDoctor, AClockThatIsWrong) {
    lay_healthy();
    sandbox().fault("calendly", {{"path_prefix", "/users/me"}},
                    {{"status", 200},
                     {"body", {{"resource", json::object{}}}},
                     {"headers", {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}}},
                    -1);
    expect_bad("clock.skew", "warn", "set-ntp");
    sandbox().clear_faults();
    expect_well("clock.skew");
}

TEST_F(ProductDoctor, SecretsThatOthersCanRead) {
    lay_healthy();
    const auto file = system_->folder() / "brevo.key";
    harness::write_file(file, std::string(harness::SandboxProcess::api_key) + "\n");
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    set_rates("500/min", "10/s", "\"${file:" + file.string() + "}\"");
    expect_bad("config.secrets", "warn", "brevo.key");
    std::filesystem::permissions(file, std::filesystem::perms(0600));
    expect_well("config.secrets");
    std::filesystem::permissions(key_file(), std::filesystem::perms(0644));
    expect_bad("config.secrets", "warn", "signing.key");
    std::filesystem::permissions(key_file(), std::filesystem::perms(0600));
    expect_well("config.secrets");
}

TEST_F(ProductDoctor, ServersThatAreSilentCostFiveSecondsAtMost) {
    lay_healthy();
    EXPECT_EQ(agent().stop(), 0);
    sandbox().fault("calendly", {}, {{"delay_ms", 8000}}, -1);
    sandbox().fault("brevo", {}, {{"delay_ms", 8000}}, -1);
    const auto began = std::chrono::steady_clock::now();
    const auto all = run_json({"doctor"}, 1);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(7000));
    EXPECT_EQ(all.as_array().size(), 28u);
    sandbox().clear_faults();
}

}  // namespace doctor_test
}  // namespace e2e
