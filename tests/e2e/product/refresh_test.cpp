// Tokens are renewed in time, once for all agents, and no step of it loses the login without a word.
#include "e2e/harness/tcp_gate.hpp"
#include "e2e/product/account_fixture.hpp"

namespace e2e {
namespace refresh_test {

using harness::TcpGate;
using testing::AllOf;
using testing::HasSubstr;

constexpr harness::Duration noticed_within{10'000};
constexpr harness::Duration lock_lasts{40'000};  // of a process that died, 30 s

class ProductRefresh : public AccountTest {
protected:
    void lay_logged_in(LoginSetup setup = {}) {
        lay_login(std::move(setup));
        log_in();
    }
    void wait_for_renewal_of(const std::string& access_token, harness::Duration deadline = noticed_within) {
        harness::wait_until([&] { return tokens().access_token != access_token; },
                            "the token should be renewed", deadline);
    }
    void book(int count) {
        for (int i = 0; i < count; ++i)
            sandbox().book({{"email", "person" + std::to_string(i) + "@example.com"}, {"name", "A Person"}});
    }
    // The accounts whose calls of Calendly are paced.
    std::vector<std::string> budgets() {
        std::vector<std::string> names;
        const auto keys = system_->redis().client().command({"KEYS", "calendly:{budget-*}:calendly"});
        for (std::size_t i = 0; i < keys->elements; ++i) names.emplace_back(shared::text(*keys->element[i]));
        return names;
    }
    // The agent says in health that it cannot go on for long, or at all.
    bool asks_for_a_login() {
        return account_problem().find(log_in_again) != std::string::npos ||
               parked().find(log_in_again) != std::string::npos;
    }
};

TEST_F(ProductRefresh, ComesBeforeTheTokenExpiresThoughNobodyBooks) {
    lay_logged_in();
    age(0.79);
    const auto former = tokens();
    system_->start_agent();
    expect_work();
    EXPECT_EQ(tokens().access_token, former.access_token) << "not before 80 % of its life";
    age(0.02);
    wait_for_renewal_of(former.access_token);
    EXPECT_EQ(token_calls(), 2u) << "the login and one renewal";
    expect_work("bea@example.com");
}

TEST_F(ProductRefresh, IsMadeByOneOfFourAgents) {
    lay_logged_in();
    for (int i = 0; i < 4; ++i) system_->start_agent();
    for (const double part : {0.85, 1.5}) {  // it still serves; it has expired
        const auto former = tokens().access_token;
        const auto before = token_calls();
        age(part);
        book(20);
        wait_for_renewal_of(former);
        settle();
        EXPECT_EQ(token_calls() - before, 1u) << part;
    }
    EXPECT_EQ(sandbox().contact_count(), 20u);
}

TEST_F(ProductRefresh, OfATokenThatCalendlyRefusesIsMadeByOneOfFourAgents) {
    lay_logged_in();
    for (int i = 0; i < 4; ++i) system_->start_agent();
    expect_work();
    sandbox().remove("/calendly/tokens/" + tokens().access_token);
    book(20);
    settle();
    EXPECT_EQ(token_calls(), 2u);
    EXPECT_EQ(sandbox().contact_count(), 21u);
}

TEST_F(ProductRefresh, ATokenThatIsRefusedAfterItTooParksWithoutAnotherCall) {
    lay_logged_in();
    sandbox().fault(
        "calendly", {{"path_prefix", "/scheduled_events"}},
        {{"status", 401},
         {"body", json::object{{"title", "Unauthenticated"}, {"message", "The access token is invalid"}}}},
        -1);
    expect_error("Calendly refuses the credential");
    system_->start_agent();
    book(1);
    wait_until_parked();
    EXPECT_THAT(parked(), HasSubstr(log_in_again));
    EXPECT_EQ(token_calls(), 2u);
    sandbox().clear_faults();
    log_in();
    harness::wait_until([&] { return parked() == "(none)"; }, "the login should be noticed", noticed_within);
    settle();
    EXPECT_EQ(sandbox().contact_count(), 1u);
}

TEST_F(ProductRefresh, WhoseAnswerWasLostTriesTheOldTokenOnceMoreAndParks) {
    lay_logged_in();
    age(1.5);
    sandbox().fault("calendly", {{"path_prefix", "/oauth/token"}}, {{"cut", "after"}});
    expect_error(log_in_again);
    system_->start_agent();
    wait_until_parked();
    EXPECT_THAT(parked(), HasSubstr(log_in_again));
    EXPECT_THAT(agent().metrics(), HasSubstr("calendly_agent_parked{connector=\"calendly\",api=\"calendly\"} 1"));
    EXPECT_EQ(token_calls(), 3u) << "the login, the one whose answer was lost, and once more";
    EXPECT_TRUE(tokens().is_refused) << "no other agent asks for it";
    book(1);
    log_in();
    harness::wait_until([&] { return parked() == "(none)"; }, "the login should be noticed", noticed_within);
    settle();
    EXPECT_EQ(sandbox().contact_count(), 1u);
}

TEST_F(ProductRefresh, WaitsForATokenServerThatIsDownWhileTheTokenServes) {
    lay_logged_in();
    age(0.85);
    const auto former = tokens().access_token;
    sandbox().fault("calendly", {{"path_prefix", "/oauth/token"}}, {{"status", 503}}, 1);
    system_->start_agent();
    expect_work();
    EXPECT_EQ(tokens().access_token, former);
    wait_for_renewal_of(former, harness::Duration(25'000));
}

TEST_F(ProductRefresh, StaysUnderEightCallsAMinute) {
    lay_logged_in();
    age(0.85);
    const auto former = tokens().access_token;
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    std::string calls;
    for (int i = 0; i < 8; ++i) calls += std::to_string(now - 40'000) + " ";
    system_->redis().client().command({"SET", "calendly:{calendly}:oauth_calls", calls});
    system_->start_agent();
    expect_work();
    EXPECT_EQ(token_calls(), 1u) << "the login alone";
    wait_for_renewal_of(former, harness::Duration(40'000));
}

TEST_F(ProductRefresh, BeginsNoBudgetAnew) {
    LoginSetup setup;
    setup.system.rate_limit = "100/s";
    lay_logged_in(std::move(setup));
    system_->start_agent();
    expect_work();
    const auto before = budgets();
    EXPECT_EQ(before.size(), 1u);
    const auto former = tokens().access_token;
    age(1.5);
    wait_for_renewal_of(former);
    expect_work("bea@example.com");
    EXPECT_EQ(budgets(), before);
}

TEST_F(ProductRefresh, LoginsOfOneUserShareABudget) {
    LoginSetup setup;
    setup.system.rate_limit = "100/s";
    lay_logged_in(std::move(setup));
    auto& connectors = system_->options().connectors;
    connectors["other"] = connectors.at("calendly");
    connectors.at("other").erase("webhook");
    const auto list_as = [this](const std::string& connector) {
        const auto listed = run({"events", "list", "--connector", connector});
        EXPECT_EQ(listed.exit_code, 0) << listed.output;
    };
    auto copy = tokens();
    store(copy, "other");
    list_as("calendly");
    const auto first = budgets();
    EXPECT_EQ(first.size(), 1u) << "from the first call on";
    list_as("other");
    EXPECT_EQ(budgets(), first);
    copy.owner = "https://api.calendly.com/users/SOMEBODY_ELSE";
    store(copy, "other");
    list_as("other");
    EXPECT_EQ(budgets().size(), 2u);
}

TEST_F(ProductRefresh, ACallThatLacksAScopeNamesIt) {
    lay();
    const json::array scopes{"users:read", "event_types:read"};
    const auto made = sandbox().post("/calendly/tokens", {{"scopes", scopes}});
    system_->options().connectors.at("calendly")["access_token"] = std::string(made.at("token").as_string());
    expect_error("the token needs scheduled_events:read");
    system_->start_agent();
    expect_work();
    EXPECT_THAT(account_problem(), HasSubstr("the Calendly token lacks scheduled_events:read"));
    EXPECT_THAT(agent().metrics(), HasSubstr("calendly_agent_account_ok{connector=\"calendly\"} 0"));
}

// The steps of a renewal, and what no request of an earlier one contains.
struct RenewalStep {
    std::string name;
    bool is_of_redis;
    std::string request;  // "": the stored text itself
};

struct RenewalCrash {
    RenewalStep step;
    bool is_after;
    bool is_login_kept;  // whether what is stored afterwards can be renewed
};

void PrintTo(const RenewalCrash& crash, std::ostream* out) {
    *out << crash.step.name << (crash.is_after ? "_after" : "_before");
}

const RenewalStep locks{"lock", true, "\r\nNX\r\n"};
const RenewalStep counts{"count", true, "oauth_calls"};
const RenewalStep asks{"ask", false, "grant_type=refresh_token"};
const RenewalStep stores{"store", true, ""};
const RenewalStep unlocks{"unlock", true, "$1\r\n1\r\n$30\r\ncalendly:{calendly}:oauth_lock"};

class ProductRefreshCrash : public ProductRefresh, public testing::WithParamInterface<RenewalCrash> {
protected:
    // An agent is killed when it has come so far.
    void crash() {
        const auto& [step, is_after, is_kept] = GetParam();
        std::optional<TcpGate> gate;
        if (step.is_of_redis) {
            gate.emplace(system_->redis().socket_path());
        } else {
            gate.emplace(harness::port_of(sandbox().calendly_url()));
        }
        gate->lose(is_after ? TcpGate::Loss::answers : TcpGate::Loss::requests,
                   step.request.empty() ? sealed() : step.request);
        const auto usual = system_->options();
        const auto address = "127.0.0.1:" + std::to_string(gate->port());
        if (step.is_of_redis) {
            system_->options().common["redis"] = "{url: \"redis://" + address + "\"}";
        } else {
            lead_calendly_to("http://" + address);
        }
        system_->start_agent();
        system_->options() = usual;
        harness::wait_until([&] { return gate->has_lost(); }, "the agent should come so far");
        agent().kill();
    }
};

TEST_P(ProductRefreshCrash, LeavesAUsableTokenOrSaysWhatToDo) {
    lay_logged_in();
    age(0.9);
    ASSERT_EQ(run({"auth", "status"}).exit_code, 0) << "which renews them: Redis knows the scripts now";
    age(0.9);
    const auto former = tokens();
    crash();

    allow_error(log_in_again);
    system_->start_agent();
    expect_work();
    if (GetParam().is_login_kept) {
        wait_for_renewal_of(former.access_token, lock_lasts);
        EXPECT_FALSE(tokens().is_refused);
        EXPECT_FALSE(asks_for_a_login());
        return;
    }
    harness::wait_until([&] { return asks_for_a_login(); }, "the agent should ask for a login", lock_lasts);
    log_in();
    harness::wait_until([&] { return agent().health().status == 200; }, "the login should be noticed",
                        noticed_within);
    expect_work("bea@example.com");
}

INSTANTIATE_TEST_SUITE_P(EveryStep, ProductRefreshCrash,
                         testing::Values(RenewalCrash{locks, false, true}, RenewalCrash{locks, true, true},
                                         RenewalCrash{counts, false, true}, RenewalCrash{counts, true, true},
                                         RenewalCrash{asks, false, true}, RenewalCrash{asks, true, false},
                                         RenewalCrash{stores, false, false}, RenewalCrash{stores, true, true},
                                         RenewalCrash{unlocks, false, true},
                                         RenewalCrash{unlocks, true, true}),
                         [](const auto& crash) { return testing::PrintToString(crash.param); });

}  // namespace refresh_test
}  // namespace e2e
