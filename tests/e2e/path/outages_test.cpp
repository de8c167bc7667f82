// Redis and the agent come and go: nothing is lost, and nobody has to restart anything else.
#include "e2e/harness/tcp_gate.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace outages_test {

using std::chrono::steady_clock;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string ann = "ann@example.org", bea = "bea@example.org";

class PathOutages : public PathTest {
protected:
    void book(const std::string& email) { sandbox().book({{"email", email}}); }

    void wait_for_health(unsigned status) {
        harness::wait_until([&] { return agent().health().status == status; },
                            "health should be " + std::to_string(status));
    }

    // Waits until the agent works on an entry.
    void wait_until_held() {
        harness::wait_until(
            [&] {
                return agent().metrics().find("agent_in_flight{connector=\"calendly\"} 1") !=
                       std::string::npos;
            },
            "the agent should work on an entry");
    }

    void slow_contact(int milliseconds) {
        sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}},
                        {{"delay_ms", milliseconds}});
    }

    void expect_synced(const std::string& email) {
        EXPECT_EQ(attribute(email, "BOOKING_STATUS"), "booked");
        EXPECT_THAT(sandbox().event_names(email), ElementsAre("calendly_booked"));
    }
};

TEST_F(PathOutages, RedisKilledAndRestarted) {
    allow_error("");
    start();
    book(ann);
    settle();
    system_->redis().kill();
    book(bea);
    wait_for_health(503);
    system_->redis().start();
    settle();
    expect_synced(ann);
    expect_synced(bea);
    wait_for_health(200);
}

TEST_F(PathOutages, RedisKilledWhileAnEntryIsInFlight) {
    allow_error("");
    start();
    slow_contact(1500);
    book(ann);
    wait_until_held();
    system_->redis().kill();
    wait_for_health(503);
    system_->redis().start();
    settle();
    expect_synced(ann);
    EXPECT_EQ(system_->pending(), 0);
    wait_for_health(200);
}

// Somebody tidies up by hand.
TEST_F(PathOutages, AnEntryDeletedWhileItIsInFlight) {
    start();
    slow_contact(1500);
    book(ann);
    wait_until_held();
    auto client = system_->redis().client();
    const auto reply = client.command({"XRANGE", "calendly:{calendly}:webhooks", "-", "+"});
    ASSERT_EQ(reply->elements, 1u);
    client.integer({"XDEL", "calendly:{calendly}:webhooks", reply->element[0]->element[0]->str});
    harness::wait_until([&] { return !sandbox().events(ann).empty(); }, "what was begun should be finished");
    book(bea);
    settle();
    expect_synced(ann);
    expect_synced(bea);
    EXPECT_EQ(system_->pending(), 0);
}

TEST_F(PathOutages, TroubleWithRedisDoesNotFloodTheLog) {
    expect_error("redis.sock");
    allow_error("");
    start();
    wait_for_health(200);
    const auto begin = steady_clock::now();
    system_->redis().kill();
    harness::wait_until([&] { return steady_clock::now() - begin > std::chrono::seconds(3); },
                        "three seconds");
    const auto log = agent().log();
    std::size_t lines = 0;
    for (auto at = log.find(" level=error "); at != log.npos; at = log.find(" level=error ", at + 1)) ++lines;
    EXPECT_LE(lines, 8u) << log;
    system_->redis().start();
    wait_for_health(200);
}

struct Loss {
    std::string name;
    std::vector<std::string> command;
};

void PrintTo(const Loss& loss, std::ostream* out) {
    *out << loss.name;
}

class PathLosses : public PathOutages, public testing::WithParamInterface<Loss> {};

TEST_P(PathLosses, AreRepairedWithoutARestart) {
    allow_error("");
    start();
    book(ann);
    settle();
    auto client = system_->redis().client();
    const auto& command = GetParam().command;
    if (command.size() == 1) client.text({command[0]});
    if (command.size() == 2) client.command({command[0], command[1]});
    if (command.size() == 4) client.integer({command[0], command[1], command[2], command[3]});
    book(bea);
    settle();
    expect_synced(ann);
    expect_synced(bea);
    wait_for_health(200);
    EXPECT_EQ(system_->dead(), 0);
}

INSTANTIATE_TEST_SUITE_P(Of, PathLosses,
                         testing::Values(Loss{"Everything", {"FLUSHALL"}},
                                         Loss{"TheStream", {"DEL", "calendly:{calendly}:webhooks"}},
                                         Loss{"TheGroup",
                                              {"XGROUP", "DESTROY", "calendly:{calendly}:webhooks", "sync"}},
                                         Loss{"TheScripts", {"SCRIPT", "FLUSH"}}),
                         [](const auto& test) { return test.param.name; });

// What was stored before the group was lost is read by the new one.
TEST_F(PathOutages, AGroupLostWithABacklogStartsAtItsBeginning) {
    lay();
    book(ann);
    book(bea);
    harness::wait_until([&] { return system_->backlog() == 2; }, "both should be stored");
    auto client = system_->redis().client();
    client.text({"XGROUP", "CREATE", "calendly:{calendly}:webhooks", "sync", "$"});
    client.integer({"XGROUP", "DESTROY", "calendly:{calendly}:webhooks", "sync"});
    system_->start_agent();
    settle();
    expect_synced(ann);
    expect_synced(bea);
}

class PathFullRedis : public PathOutages, public testing::WithParamInterface<bool> {};

// It answers OOM to whatever could grow, so the edge says 503; what it holds is drained all the same.
TEST_P(PathFullRedis, IsDrained) {
    lay();
    if (GetParam())
        system_->redis().client().text(
            {"XGROUP", "CREATE", "calendly:{calendly}:webhooks", "sync", "0", "MKSTREAM"});
    book(ann);
    book(bea);
    harness::wait_until([&] { return system_->backlog() == 2; }, "both should be stored");
    system_->redis().client().text({"CONFIG", "SET", "maxmemory", "1"});
    EXPECT_EQ(system_->post("{}"), 503u);
    system_->start_agent();
    settle();
    expect_synced(ann);
    expect_synced(bea);
    EXPECT_EQ(system_->pending(), 0);
    system_->redis().client().text({"CONFIG", "SET", "maxmemory", "0"});
    book("cleo@example.org");
    settle();
    expect_synced("cleo@example.org");
}

INSTANTIATE_TEST_SUITE_P(Where, PathFullRedis, testing::Bool(),
                         [](const auto& test) { return test.param ? "TheGroupExists" : "TheGroupIsLost"; });

TEST_F(PathOutages, EverythingStartedBeforeRedis) {
    allow_error("");
    lay();
    system_->redis().stop();
    system_->start_agent();
    EXPECT_EQ(agent().health().status, 503u);
    EXPECT_EQ(system_->post("{}"), 503u);
    book(ann);
    system_->redis().start();
    settle();
    expect_synced(ann);
    wait_for_health(200);
}

TEST_F(PathOutages, SigtermFinishesWhatIsInFlight) {
    start();
    slow_contact(1500);
    book(ann);
    wait_until_held();
    const auto begin = steady_clock::now();
    EXPECT_EQ(agent().stop(), 0);
    EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(8));
    EXPECT_EQ(system_->backlog(), 0);
    expect_synced(ann);
}

TEST_F(PathOutages, SigtermLeavesWhatCannotBeFinished) {
    start();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, {{"status", 500}}, -1);
    book(ann);
    harness::wait_until([&] { return agent().has_logged("next attempt in"); }, "Brevo should be asked");
    const auto begin = steady_clock::now();
    EXPECT_EQ(agent().stop(), 0);
    EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(8));
    EXPECT_EQ(system_->backlog(), 1);
    EXPECT_EQ(system_->pending(), 1) << "claimable by the next agent";
}

// However many they are.
TEST_F(PathOutages, PeopleInBackOffHoldNobodyElseUp) {
    start();
    constexpr int stuck = 140;
    std::vector<std::string> ids;
    for (int i = 0; i < stuck; ++i)
        ids.push_back(sandbox().book({{"email", "stuck" + std::to_string(i) + "@example.org"}}));
    settle();
    sandbox().fault("brevo", {{"method", "PUT"}, {"path_prefix", "/contacts/stuck"}}, {{"status", 429}}, -1);
    for (const auto& id : ids) sandbox().mark_no_show(id);
    book(ann);
    harness::wait_until([&] { return sandbox().events(ann).size() == 1; }, "ann should be synced");
    harness::wait_until([&] { return system_->pending() == stuck; }, "and all the others be tried");
    expect_synced(ann);
}

// However many entries one person's lane holds.
TEST_F(PathOutages, APersonWithManyEntriesHoldsNobodyElseUp) {
    start();
    const auto id = sandbox().book({{"email", bea}});
    settle();
    sandbox().fault("brevo", {{"method", "PUT"}, {"path_prefix", "/contacts"}}, {{"status", 500}}, -1);
    constexpr int changes = 1'100;  // twice as many entries: more than an agent has in memory
    for (int i = 0; i < changes; ++i) {
        sandbox().mark_no_show(id);
        sandbox().undo_no_show(id);
    }
    harness::wait_until([&] { return system_->pending() == 2 * changes; }, "the agent should hold them all",
                        harness::Duration(60'000));
    book(ann);
    harness::wait_until(
        [&] { return system_->pending() == 2 * changes && sandbox().events(ann).size() == 1; },
        "the other person should be synced");
    expect_synced(ann);
    sandbox().clear_faults();
    harness::wait_until([&] { return system_->backlog() == 0; }, "the first one, too",
                        harness::Duration(90'000));
    EXPECT_EQ(attribute(bea, "BOOKING_STATUS"), "booked");
}

// Redis has given the entry out, and the agent never got it.
TEST_F(PathOutages, WhatACutConnectionLostIsReadAgainAtOnce) {
    allow_error("Redis");
    lay();
    harness::TcpGate gate(system_->redis().socket_path());
    system_->options().common["redis"] = "{url: redis://127.0.0.1:" + std::to_string(gate.port()) + "}";
    system_->start_agent();
    book(bea);
    settle();
    gate.freeze();
    book(ann);
    harness::wait_until([&] { return system_->pending() == 1; }, "Redis should give the entry out");
    gate.cut();
    gate.thaw();
    constexpr harness::Duration before_a_take_over{12'000};
    harness::wait_until([&] { return system_->backlog() == 0; }, "it should be read again",
                        before_a_take_over);
    expect_synced(ann);
}

TEST_F(PathOutages, SigtermWhileIdleIsQuickAndLeavesTheGroup) {
    start();
    book(ann);
    settle();
    const auto begin = steady_clock::now();
    EXPECT_EQ(agent().stop(), 0);
    EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(4)) << "not the end of a waiting read";
    const auto reply =
        system_->redis().client().command({"XINFO", "CONSUMERS", "calendly:{calendly}:webhooks", "sync"});
    EXPECT_EQ(reply->elements, 0u);
}

TEST_F(PathOutages, SigtermWhileRedisIsGone) {
    allow_error("");
    start();
    wait_for_health(200);
    system_->redis().kill();
    wait_for_health(503);
    EXPECT_EQ(agent().stop(), 0);
}

TEST_F(PathOutages, TwoAgentsShareTheWork) {
    start();
    system_->start_agent();
    constexpr int people = 20;
    const auto email = [](int i) { return "guest" + std::to_string(i) + "@example.org"; };
    for (int i = 0; i < people; ++i) sandbox().cancel(sandbox().book({{"email", email(i)}}));
    settle();
    for (int i = 0; i < people; ++i) {
        EXPECT_EQ(attribute(email(i), "BOOKING_STATUS"), "cancelled");
        EXPECT_EQ(lists(email(i)), "[20]");
        EXPECT_THAT(sandbox().event_names(email(i)), Contains("calendly_canceled").Times(1));
        EXPECT_LE(sandbox().event_names(email(i)).size(), 2u);
    }
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(PathOutages, SighupReadsTheConfigurationAgain) {
    expect_error("the configuration stays as it was");
    start();
    system_->options().connectors["calendly"]["field_mapping"] = "{nonsense: FIRSTNAME}";
    system_->write_configuration();
    agent().signal(SIGHUP);
    harness::wait_until([&] { return agent().has_logged("stays as it was"); },
                        "the mistake should be logged");
    book(ann);
    settle();
    expect_synced(ann);
    system_->options().connectors["calendly"]["field_mapping"] = "{host_name: COMPANY}";
    system_->write_configuration();
    agent().signal(SIGHUP);
    harness::wait_until(
        [&] {
            const auto log = agent().log();
            return log.find("connectors, Redis at", log.find("stays as it was")) != log.npos;
        },
        "the connectors should start again");
    book(bea);
    settle();
    EXPECT_EQ(attribute(bea, "COMPANY"), "Harriet Host");
    EXPECT_EQ(attribute(bea, "FIRSTNAME"), "(none)");
}

}  // namespace outages_test
}  // namespace e2e
