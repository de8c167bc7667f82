// What an agent that is gone had begun is finished by another one within 30 seconds; long waits for the APIs.
// Label: slow.
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace slow_path_test {

using std::chrono::steady_clock;
using testing::Contains;
using testing::ElementsAre;

const std::string ann = "ann@example.org";
constexpr harness::Duration take_over_deadline{30'000};

class SlowTakeOver : public PathTest {
protected:
    void wait_until_held() {
        harness::wait_until([&] { return system_->pending() > 0; }, "the agent should have read the entry");
    }
    // The agent has written the contact and sent the first of two events; the second one fails.
    void stand_between_two_events() {
        lay();
        const auto first = sandbox().book({{"email", ann}});
        sandbox().cancel(first);
        harness::wait_until([&] { return system_->backlog() == 2; }, "both should be stored");
        sandbox().fault("brevo", {{"path_prefix", "/events"}}, {{"status", 500}}, -1, 1);
        system_->start_agent();
        harness::wait_until([&] { return agent().has_logged("next attempt in"); },
                            "the second event should fail");
    }
    // What must not happen has this long to happen.
    void wait_for(harness::Duration duration) {
        const auto end = steady_clock::now() + duration;
        harness::wait_until([&] { return steady_clock::now() > end; }, "time should pass", duration * 2);
    }
    // The time that the machine needs besides, busy as it may be.
    void wait_for_empty_stream() {
        harness::wait_until([&] { return system_->backlog() == 0; }, "another agent should take over",
                            take_over_deadline + std::chrono::seconds(2));
    }
};

TEST_F(SlowTakeOver, OfAnAgentThatWasKilled) {
    start();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, {{"delay_ms", 5000}});
    for (int i = 0; i < 5; ++i) sandbox().book({{"email", "guest" + std::to_string(i) + "@example.org"}});
    sandbox().book({{"email", ann}});
    wait_until_held();
    agent().kill();
    system_->start_agent();
    wait_for_empty_stream();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names(ann), Contains("calendly_booked"));
    EXPECT_EQ(sandbox().contact_count(), 6u);
    EXPECT_EQ(system_->pending(), 0);
    EXPECT_EQ(system_->dead(), 0);
}

TEST_F(SlowTakeOver, ByAnAgentThatWasThereBefore) {
    start();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, {{"status", 500}}, -1);
    sandbox().book({{"email", ann}});
    wait_until_held();
    system_->start_agent();
    system_->agents().front().kill();
    sandbox().clear_faults();
    wait_for_empty_stream();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

// A slow agent's entries never move: what it holds it refreshes.
TEST_F(SlowTakeOver, NeverOfAnAgentThatIsOnlySlow) {
    start();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, {{"status", 500}}, -1);
    sandbox().book({{"email", ann}});
    wait_until_held();
    system_->start_agent();
    wait_for(take_over_deadline);
    EXPECT_FALSE(agent().has_logged("taking over"));
    sandbox().clear_faults();
    harness::wait_until([&] { return system_->backlog() == 0; }, "the slow agent should finish",
                        harness::Duration(90'000));
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

// While Redis is away nobody can refresh anything: who comes back first must not take what the other one
// holds.
TEST_F(SlowTakeOver, NeverOfAnAgentThatRedisKeptFromRefreshing) {
    allow_error("redis.sock");
    start();
    system_->start_agent();
    sandbox().fault("brevo", {{"method", "POST"}, {"path_prefix", "/contacts"}}, {{"status", 500}}, -1);
    sandbox().book({{"email", ann}});
    wait_until_held();
    system_->redis().kill();
    wait_for(take_over_deadline);
    system_->redis().start();
    for (auto& one : system_->agents())
        harness::wait_until([&] { return one.health().status == 200; }, "both agents should be well again");
    wait_for(std::chrono::seconds(15));  // longer than two rounds of refreshing
    for (auto& one : system_->agents()) EXPECT_FALSE(one.has_logged("taking over"));
    sandbox().clear_faults();
    harness::wait_until([&] { return system_->backlog() == 0; }, "whoever holds it should finish",
                        harness::Duration(90'000));
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

// The contact and the first of two events were sent; the other agent goes on from there.
TEST_F(SlowTakeOver, SigtermBetweenTwoCallsForgetsNeitherListsNorEvents) {
    stand_between_two_events();
    EXPECT_EQ(agent().stop(), 0);
    EXPECT_EQ(lists(ann), "[20]");
    sandbox().clear_faults();
    system_->start_agent();
    sandbox().book({{"email", ann}});
    wait_for_empty_stream();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(lists(ann), "[10]") << "left: the ledger knew that it was joined";
    EXPECT_THAT(sandbox().event_names(ann),
                testing::UnorderedElementsAre("calendly_booked", "calendly_canceled", "calendly_booked"));
}

// SIGKILL between the second and the third call.
TEST_F(SlowTakeOver, AKillBetweenTwoEventsRepeatsNone) {
    stand_between_two_events();
    agent().kill();
    sandbox().clear_faults();
    system_->start_agent();
    wait_for_empty_stream();
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked", "calendly_canceled"));
}

class SlowFailures : public PathTest {
protected:
    void wait_for_empty_stream() {
        harness::wait_until([&] { return system_->backlog() == 0; }, "it should go on by itself",
                            harness::Duration(90'000));
        EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
        EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
        EXPECT_EQ(system_->dead(), 0);
    }
};

TEST_F(SlowFailures, OfCalendlyThatDoesNotAnswerInTime) {
    start();
    sandbox().fault("calendly", {}, {{"delay_ms", 20'000}});
    sandbox().book({{"email", ann}});
    harness::wait_until([&] { return !sandbox().has_pending_deliveries(); }, "nginx should answer at once");
    wait_for_empty_stream();
    EXPECT_TRUE(agent().has_logged("next attempt in"));
}

TEST_F(SlowFailures, OfBrevoThatAsksForDaysAreTriedAgainWithinAMinute) {
    start();
    const json::object headers{{"x-sib-ratelimit-reset", "1700000000"}};
    sandbox().fault("brevo", {{"method", "POST"}}, {{"status", 429}, {"headers", headers}});
    sandbox().book({{"email", ann}});
    harness::wait_until([&] { return agent().has_logged("429"); }, "Brevo should refuse");
    wait_for_empty_stream();
}

// What cannot be moved stays where it is, and holds nobody else up.
TEST_F(SlowFailures, OfRedisToTakeADeadLetterLoseNothing) {
    expect_error("stay pending");
    allow_error("goes to the dead letters");
    start();
    auto redis = system_->redis().client();
    redis.text({"SET", "calendly:{calendly}:dead", "no stream"});
    ASSERT_EQ(system_->post("not JSON at all"), 200u);
    harness::wait_until([&] { return agent().has_logged("stay pending"); }, "Redis should refuse");
    sandbox().book({{"email", ann}});
    harness::wait_until([&] { return system_->backlog() == 1; }, "the others should go on");
    redis.integer({"DEL", "calendly:{calendly}:dead"});
    harness::wait_until([&] { return system_->backlog() == 0; }, "it should be moved in the end",
                        take_over_deadline + std::chrono::seconds(5));
    EXPECT_EQ(system_->dead(), 1);
    EXPECT_EQ(system_->dead_letter().at("body"), "not JSON at all");
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
}

// Synced once the key is accepted again.
TEST_F(SlowFailures, OfAKeyThatIsRefusedAreProbedEveryMinute) {
    expect_error("parked");
    start();
    wait_until_well();
    sandbox().fault("brevo", {},
                    {{"status", 401}, {"body", {{"code", "unauthorized"}, {"message", "Key not found"}}}},
                    -1);
    sandbox().book({{"email", ann}});
    harness::wait_until([&] { return agent().has_logged("parked"); }, "the agent should park");
    sandbox().clear_faults();
    wait_for_empty_stream();
    EXPECT_EQ(agent().health().status, 200u);
}

}  // namespace slow_path_test
}  // namespace e2e
