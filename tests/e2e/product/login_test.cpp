// auth login in each of its ways, and what auth status says.
#include "e2e/product/account_fixture.hpp"

namespace e2e {
namespace login_test {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ProductLogin : public AccountTest {
protected:
    // A login that fails says why in one line, and leaves a former one as it was.
    void expect_refusal(RunningCommand& login, const std::string& why, const std::string& former) {
        EXPECT_EQ(login.wait(), 1);
        EXPECT_THAT(login.errors(), AllOf(HasSubstr("calendly-brevo: "), HasSubstr(why)));
        EXPECT_EQ(std::ranges::count(login.errors(), '\n'), 1) << login.errors();
        EXPECT_EQ(sealed(), former);
    }
};

TEST_F(ProductLogin, ByLoopbackEndsByNamingUserOrganizationAndScopes) {
    lay_login();
    const auto login = begin_login();
    EXPECT_THAT(login->output(), HasSubstr("made " + key_file()));
    EXPECT_EQ(go_to(redirect_uri_.substr(0, redirect_uri_.rfind('/')) + "/favicon.ico").status, 404u);
    const auto page = go_to(consent(asked(*login)));
    EXPECT_THAT(page.body, HasSubstr("Back to the terminal"));
    EXPECT_EQ(login->wait(), 0) << login->errors();
    EXPECT_THAT(login->output(),
                AllOf(HasSubstr("logged in"), HasSubstr("@"), HasSubstr("/organizations/"),
                      HasSubstr("webhooks:write"), HasSubstr("Redis, calendly:{calendly}:oauth")));
    struct stat key {};
    ASSERT_EQ(::stat(key_file().c_str(), &key), 0);
    EXPECT_EQ(key.st_mode & 0777, 0600u);

    system_->start_agent();
    expect_work();
}

TEST_F(ProductLogin, ByAPastedAddressOrOnlyItsQuery) {
    lay_login({.redirect_uri = elsewhere});
    for (const bool is_whole : {true, false}) {
        const auto login = begin_login();
        const auto address = consent(asked(*login));
        EXPECT_THAT(address, testing::StartsWith(elsewhere));
        login->type("");
        login->type(is_whole ? "  " + address + " " : address.substr(address.find('?') + 1));
        EXPECT_EQ(login->wait(), 0) << login->errors();
        EXPECT_TRUE(is_logged_in());
    }
}

TEST_F(ProductLogin, ByLoopbackAcceptsAPastedAddressToo) {
    lay_login();
    const auto login = begin_login();
    login->type(consent(asked(*login)));
    EXPECT_EQ(login->wait(), 0) << login->errors();
}

TEST_F(ProductLogin, OnAForwardedPortListensThere) {
    lay_login();
    const auto port = std::to_string(harness::free_port());
    const auto login = begin_login({"--port", port});
    const auto address = consent(asked(*login));
    EXPECT_THAT(address, testing::StartsWith(redirect_uri_));
    go_to("http://127.0.0.1:" + port + address.substr(address.find('/', std::string("http://").size())));
    EXPECT_EQ(login->wait(), 0) << login->errors();
}

TEST_F(ProductLogin, ThroughNginxAndTheRunningAgentFinishesByItself) {
    const auto admin = std::to_string(harness::free_port());
    LoginSetup setup{.redirect_uri = elsewhere};
    setup.system.common["admin"] = "{listen: \"127.0.0.1:" + admin + "\", token: let-me-in}";
    setup.system.nginx_server = "location = /calendly/oauth/callback { proxy_pass http://127.0.0.1:" + admin +
                                "; proxy_set_header Host hooks.example.com; }";
    lay_login(setup);
    allow_error("nobody has logged in");
    system_->start_agent();

    const auto login = begin_login();
    const auto nginx = "http://127.0.0.1:" + std::to_string(system_->nginx().port());
    const auto path = consent(asked(*login)).substr(std::string("https://hooks.example.com").size());
    const auto unknown = go_to(nginx + "/calendly/oauth/callback?code=x&state=y");
    EXPECT_EQ(unknown.status, 404u);
    EXPECT_TRUE(login->running());
    const auto page = go_to(nginx + path);
    EXPECT_EQ(page.status, 200u) << page.body;
    EXPECT_THAT(page.body, Not(HasSubstr("code")));
    EXPECT_EQ(login->wait(), 0) << login->errors();
    EXPECT_EQ(go_to(nginx + path).status, 404u) << "it serves once";
    expect_work();
}

TEST_F(ProductLogin, ThatFailsSaysWhyAndLeavesTheFormerOne) {
    lay_login();
    log_in();
    const auto former = sealed();
    {
        const auto login = begin_login();
        auto address = consent(asked(*login));
        go_to(address.substr(0, address.find("state=")) + "state=another");
        expect_refusal(*login, "belongs to another login (its state differs)", former);
    }
    {
        const auto login = begin_login();
        login->type("https://hooks.example.com/");
        expect_refusal(*login, "copy all of it", former);
    }
    {
        sandbox().post("/calendly/consent", {{"refuses", true}});
        const auto login = begin_login();
        go_to(consent(asked(*login)));
        expect_refusal(*login, "the login was declined in Calendly", former);
    }
    {
        const auto login = begin_login();
        const auto address = consent(asked(*login));
        sandbox().post("/calendly/clock", {{"seconds", 601}});
        go_to(address);
        expect_refusal(*login, "the code has expired or was used before", former);
    }
    {
        sandbox().post(
            "/calendly/consent",
            {{"declined", json::array{"webhooks:write", "scheduled_events:read", "scheduled_events:write"}}});
        const auto login = begin_login();
        go_to(consent(asked(*login)));
        expect_refusal(*login, "the login lacks scheduled_events:read, webhooks:write, which", former);
    }
    {
        sandbox().fault("calendly", {{"path_prefix", "/oauth/token"}},
                        {{"status", 401}, {"body", json::object{{"error", "invalid_client"}}}});
        const auto login = begin_login();
        go_to(consent(asked(*login)));
        expect_refusal(*login, "invalid_client", former);
    }
}

TEST_F(ProductLogin, CountsEachCallOfTheTokenServer) {
    lay_login();
    sandbox().fault("calendly", {{"path_prefix", "/oauth/token"}}, {{"status", 500}}, 2);
    log_in();
    const auto calls = system_->redis().client().text({"GET", "calendly:{calendly}:oauth_calls"});
    EXPECT_EQ(std::ranges::count(calls, ' '), 2) << "three times: " << calls;
}

TEST_F(ProductLogin, ThatIsInterruptedChangesNothing) {
    lay_login();
    const auto login = begin_login();
    login->signal(SIGINT);
    EXPECT_EQ(login->wait(), 130);
    EXPECT_EQ(login->errors(), "interrupted\n");
    EXPECT_FALSE(is_logged_in());
}

TEST_F(ProductLogin, APersonalTokenNeedsNoneAndSaysWhatToDo) {
    lay();
    for (const auto* command : {"login", "logout"}) {
        const auto ran = run({"auth", command});
        EXPECT_EQ(ran.exit_code, 1);
        EXPECT_THAT(ran.errors, HasSubstr("uses a personal access token"));
    }
}

TEST_F(ProductLogin, TheStatusOfAPersonalTokenSaysWhatStandsInIt) {
    lay();
    auto status = run_json({"auth", "status"});
    EXPECT_EQ(text_at(status, "/kind"), "personal_token");
    EXPECT_EQ(text_at(status, "/scopes"), "null") << "sandbox-token does not say";
    EXPECT_EQ(text_at(status, "/missing_scopes"), "[]");
    EXPECT_EQ(text_at(status, "/role"), "owner");
    EXPECT_EQ(text_at(status, "/expires_at"), "null");

    auto& connector = system_->options().connectors.at("calendly");
    connector["webhook"] = "{url: \"" + system_->webhook_url() + "\"}";
    const json::array scopes{"users:read", "organizations:read", "webhooks:read", "event_types:read"};
    const auto made = sandbox().post("/calendly/tokens", {{"user", "colleague"}, {"scopes", scopes}});
    connector["access_token"] = std::string(made.at("token").as_string());
    status = run_json({"auth", "status"}, 1);
    EXPECT_EQ(text_at(status, "/role"), "user");
    EXPECT_EQ(text_at(status, "/scopes"),
              R"(["event_types:read","organizations:read","users:read","webhooks:read"])");
    EXPECT_EQ(text_at(status, "/missing_scopes"), R"(["scheduled_events:read","webhooks:write"])");
    EXPECT_THAT(text_at(status, "/problem"), HasSubstr("scheduled_events:read, webhooks:write not granted"));

    const auto whole = sandbox().post("/calendly/tokens", {{"user", "colleague"}});
    connector["access_token"] = std::string(whole.at("token").as_string());
    status = run_json({"auth", "status"}, 1);
    EXPECT_THAT(text_at(status, "/problem"), HasSubstr("scope: organization needs the token of"));
    EXPECT_THAT(run({"auth", "status"}).output, HasSubstr("the role of an owner or admin"));
    connector["webhook"] = "{url: \"" + system_->webhook_url() + "\", scope: user}";
    EXPECT_EQ(text_at(run_json({"auth", "status"}), "/problem"), "null");
}

TEST_F(ProductLogin, TheStatusOfALoginSaysUntilWhenAndWhetherItWasRenewed) {
    lay_login();
    auto status = run_json({"auth", "status"}, 1);
    EXPECT_THAT(text_at(status, "/problem"), HasSubstr(log_in_again));
    EXPECT_EQ(text_at(status, "/user"), "null");
    log_in();
    status = run_json({"auth", "status"});
    EXPECT_EQ(text_at(status, "/kind"), "oauth");
    EXPECT_THAT(text_at(status, "/user/email"), HasSubstr("@"));
    EXPECT_THAT(text_at(status, "/user/uri"), HasSubstr("/users/"));
    EXPECT_THAT(text_at(status, "/organization"), HasSubstr("/organizations/"));
    EXPECT_EQ(text_at(status, "/role"), "owner");
    EXPECT_THAT(text_at(status, "/scopes"), HasSubstr("webhooks:write"));
    EXPECT_THAT(text_at(status, "/expires_at"), testing::EndsWith("Z"));
    EXPECT_EQ(text_at(status, "/last_refresh_at"), "null");
    EXPECT_EQ(text_at(status, "/problem"), "null");
    age(0.9);
    status = run_json({"auth", "status"});
    EXPECT_THAT(text_at(status, "/last_refresh_at"), testing::EndsWith("Z"));
    EXPECT_THAT(run({"auth", "status"}).output, HasSubstr("OAuth login"));
}

TEST_F(ProductLogin, NothingReadableIsInTheStore) {
    lay_login({.redirect_uri = elsewhere});
    const auto login = begin_login();
    const auto address = consent(asked(*login));
    login->type(address);
    ASSERT_EQ(login->wait(), 0);
    const auto known = tokens();
    auto client = system_->redis().client();
    const auto keys = client.command({"KEYS", "*"});
    for (std::size_t i = 0; i < keys->elements; ++i) {
        const std::string key(shared::text(*keys->element[i]));
        const auto dump = client.command({"DUMP", key});
        const std::string bytes(shared::text(*dump));
        for (const auto& secret : {known.access_token, known.refresh_token, known.owner,
                                   std::string("refresh"), word_at(address, "code=").substr(0, 20)})
            EXPECT_EQ(bytes.find(secret), bytes.npos) << key;
    }
}

TEST_F(ProductLogin, AFileKeepsTokensAsWell) {
    LoginSetup setup;
    setup.store = "file:/tmp/calendly-brevo-test-" + std::to_string(::getpid()) + ".token";
    const auto path = setup.store.substr(std::string("file:").size());
    lay_login(setup);
    log_in();
    EXPECT_FALSE(is_logged_in());
    const auto text = harness::read_file(path);
    EXPECT_EQ(text.find("access"), text.npos);
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    system_->start_agent();
    expect_work();
    EXPECT_EQ(run({"auth", "logout"}).exit_code, 0);
    EXPECT_NE(::stat(path.c_str(), &status), 0);
    for (const auto* more : {".lock", ".calls"}) std::filesystem::remove(path + more);
    allow_error("nobody has logged in");
}

TEST_F(ProductLogin, AnAgentThatStartedWithoutOneParksAndNoticesItWithin10s) {
    lay_login();
    expect_error("nobody has logged in to Calendly");
    system_->start_agent();
    wait_until_parked();
    EXPECT_THAT(parked(), HasSubstr(log_in_again));
    EXPECT_THAT(agent().metrics(),
                HasSubstr("calendly_agent_parked{connector=\"calendly\",api=\"calendly\"} 1"));
    log_in();
    harness::wait_until([&] { return parked() == "(none)"; }, "the login should be noticed",
                        harness::Duration(10'000));
    expect_work();
}

TEST_F(ProductLogin, AnotherOneIsNoticedByTheRunningAgent) {
    lay_login();
    log_in();
    system_->start_agent();
    expect_work();
    const auto former = tokens().access_token;
    sandbox().post("/calendly/consent", {{"user", "colleague"}});
    log_in();
    const auto latter = tokens();
    EXPECT_NE(latter.access_token, former);
    sandbox().remove("/calendly/tokens/" + former);
    sandbox().post("/calendly/roles", {{"user", "colleague"}, {"role", "admin"}});
    const auto before = token_calls();
    expect_work("bea@example.com");
    EXPECT_EQ(token_calls(), before) << "the new tokens serve";
}

}  // namespace login_test
}  // namespace e2e
