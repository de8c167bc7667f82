// calendly-brevo reconcile and the agent's schedule: what no webhook told of. What the stream holds; what
// becomes of it is the consumer's.
#include <thread>

#include "e2e/product/history_fixture.hpp"

namespace e2e {
namespace reconcile_test {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ReconcileTest : public HistoryTest {
protected:
    json::value reconcile(Names more = {}) {
        more.insert(more.begin(), {"reconcile", "--no-wait"});
        return run_json(std::move(more));
    }
    std::size_t calls_since(std::uint64_t journal) { return sandbox().calls("calendly", journal).size(); }
};

TEST_F(ReconcileTest, AppendsWhatALostWebhookWouldHaveBeen) {
    lay();
    happen({booking("ada"),
            booking("bob"),
            {{"do", "cancel"}, {"invitee", "Ibob"}, {"created_at", moment(-30min)}}});
    const auto said = reconcile();
    EXPECT_EQ(number(said, "events"), 2);
    EXPECT_EQ(number(said, "invitees"), 2);
    EXPECT_EQ(number(said, "appended"), 3);
    EXPECT_EQ(number(said, "missed_by_webhook"), 3);
    EXPECT_THAT(changes(),
                ElementsAre("invitee.created Iada", "invitee.created Ibob", "invitee.canceled Ibob"));
    EXPECT_EQ(entries().front().origin, "reconcile");
    EXPECT_EQ(number(reconcile(), "missed_by_webhook"), 0) << "once";
}

TEST_F(ReconcileTest, WhatIsYoungerThanThreeMinutesIsLeftToTheNextRun) {
    lay();
    happen(
        {booking("ada", {{"created_at", moment(-2min)}}), booking("bob", {{"created_at", moment(-4min)}})});
    EXPECT_EQ(number(reconcile(), "appended"), 1);
    EXPECT_THAT(changes(), ElementsAre("invitee.created Ibob"));
    // The meeting was not taken for seen: its invitees are read again.
    const auto journal = sandbox().journal_end();
    EXPECT_EQ(number(reconcile(), "invitees"), 1);
    EXPECT_EQ(calls_since(journal), 3u) << "who we are, a page, the invitees of one meeting";
}

TEST_F(ReconcileTest, AWebhookThatWaitsIsNotMissed) {
    lay();
    sandbox().book({{"email", "ada@example.com"}, {"name", "Ada"}, {"created_at", moment(-1h)}});
    harness::wait_until([&] { return system_->backlog() == 1; }, "the webhook should wait in its stream");
    const auto said = reconcile();
    EXPECT_EQ(number(said, "missed_by_webhook"), 0);
    EXPECT_EQ(number(said, "already_right"), 1);
}

TEST_F(ReconcileTest, AQuietRunReadsPagesOnly) {
    lay();
    json::array actions;
    for (int i = 0; i < 250; ++i) {
        const auto name = "p" + std::to_string(i);
        actions.push_back(booking(name, {{"start_time", moment(24h + std::chrono::minutes(i))}}));
    }
    happen(std::move(actions));
    EXPECT_EQ(number(reconcile(), "appended"), 250);
    const auto journal = sandbox().journal_end();
    const auto said = reconcile();
    EXPECT_EQ(number(said, "events"), 250);
    EXPECT_EQ(number(said, "invitees"), 0);
    EXPECT_EQ(calls_since(journal), 4u) << "who we are, and three pages";
    happen({{{"do", "cancel"}, {"invitee", "Ip7"}, {"created_at", moment(-10min)}}});
    EXPECT_EQ(number(reconcile(), "invitees"), 1) << "of the one that changed";
    EXPECT_EQ(change_in(entries().back()), "invitee.canceled Ip7");
}

TEST_F(ReconcileTest, TenThousandQuietMeetingsCostAtMostAHundredAndTenCalls) {
    lay();
    for (int part = 0; part < 10; ++part) {
        json::array actions;
        for (int i = part * 1000; i < (part + 1) * 1000; ++i) {
            const auto name = "p" + std::to_string(i);
            actions.push_back(booking(name, {{"start_time", moment(24h + std::chrono::minutes(i))}}));
        }
        happen(std::move(actions));
    }
    std::jthread consumer([this](std::stop_token stop) {
        auto client = redis();
        while (!stop.stop_requested()) {
            client.command({"XTRIM", key("history"), "MAXLEN", "0"});
            std::this_thread::sleep_for(20ms);
        }
    });
    EXPECT_EQ(number(reconcile(), "appended"), 10'000);
    const auto journal = sandbox().journal_end();
    EXPECT_EQ(number(reconcile(), "events"), 10'000);
    EXPECT_LE(calls_since(journal), 110u);
    EXPECT_EQ(redis().integer({"HLEN", key("seen")}), 10'000);
}

TEST_F(ReconcileTest, ALateNoShowIsFoundOnceADay) {
    lay();
    happen({booking("ada", {{"created_at", moment(-72h)}, {"start_time", moment(-48h)}})});
    EXPECT_EQ(number(reconcile(), "appended"), 1);
    happen({{{"do", "no_show"}, {"invitee", "Iada"}, {"no_show_id", "N1"}, {"created_at", moment(-10min)}}});
    EXPECT_EQ(number(reconcile(), "invitees"), 0) << "read today, and a no-show moves no time";
    auto client = redis();
    const auto seen = client.text({"HGET", key("seen"), "Eada"});
    const auto yesterday = std::to_string(std::stoll(seen.substr(0, seen.find(' '))) - 86'400);
    client.command({"HSET", key("seen"), "Eada", yesterday + seen.substr(seen.find(' '))});
    EXPECT_EQ(number(reconcile(), "missed_by_webhook"), 1);
    EXPECT_EQ(change_in(entries().back()), "invitee_no_show.created Iada");
}

TEST_F(ReconcileTest, AnUndoneNoShowChangedWhenItWasSeen) {
    start(with({{"reconcile", "{every: off}"}}));
    const auto invitee = sandbox().book({{"email", "ada@example.com"},
                                         {"name", "Ada"},
                                         {"created_at", moment(-72h)},
                                         {"start_time", moment(-48h)}});
    sandbox().mark_no_show(invitee, {{"created_at", moment(-1h)}});
    settle();
    EXPECT_EQ(agent().stop(), 0) << "what is appended stays where it can be looked at";
    happen({{{"do", "undo_no_show"}, {"invitee", invitee}}});
    EXPECT_EQ(number(reconcile(), "missed_by_webhook"), 0) << "its webhook may be on its way";
    let_puzzles_age();
    EXPECT_EQ(number(reconcile(), "missed_by_webhook"), 1);
    const auto body = json::parse(entries().back().body);
    EXPECT_EQ(text_at(body, "/event"), "invitee_no_show.deleted");
    EXPECT_GT(text_at(body, "/created_at"), moment(-1min));
    EXPECT_EQ(text_at(body, "/payload/no_show"), "null");
}

TEST_F(ReconcileTest, WhatVanishedFromTheListingIsNotCanceled) {
    start(with({{"reconcile", "{every: off}"}}));
    sandbox().book(
        {{"email", "ada@example.com"}, {"name", "Ada"}, {"event_id", "Eada"}, {"created_at", moment(-1h)}});
    settle();
    EXPECT_EQ(number(reconcile(), "already_right"), 1);
    sandbox().post("/calendly/erase", {{"event", "Eada"}});
    const auto said = reconcile();
    EXPECT_EQ(number(said, "events"), 0);
    EXPECT_EQ(number(said, "appended"), 0);
}

TEST_F(ReconcileTest, AMovedBookingThatOnlyItsOtherHalfNamesIsFetched) {
    lay();
    happen({booking("ada", {{"created_at", moment(-24h * 60)}, {"start_time", moment(-24h * 30)}}),
            {{"do", "reschedule"},
             {"invitee", "Iada"},
             {"new_invitee_id", "Inext"},
             {"new_event_id", "Enext"},
             {"start_time", moment(24h)},
             {"created_at", moment(-1h)}}});
    EXPECT_EQ(number(reconcile(), "missed_by_webhook"), 3);
    EXPECT_THAT(changes(), UnorderedElementsAre("invitee.created Iada", "invitee.canceled Iada",
                                                "invitee.created Inext"));
}

TEST_F(ReconcileTest, TheWindowIsAsConfiguredOrAsAskedFor) {
    lay(with({{"reconcile", "{back: 1d, ahead: 2d}"}}));
    happen({booking("ada", {{"start_time", moment(-36h)}}), booking("bob", {{"start_time", moment(24h)}}),
            booking("cy", {{"start_time", moment(72h)}})});
    EXPECT_EQ(number(reconcile(), "events"), 1);
    EXPECT_EQ(number(reconcile({"--back", "2d", "--ahead", "4d"}), "events"), 3);
    const auto ran = run({"reconcile", "--back", "soon"});
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_THAT(ran.errors, HasSubstr("expected a duration"));
}

TEST_F(ReconcileTest, TheDocumentedRightsSuffice) {
    harness::SystemOptions options;
    options.redis.tcp = true;
    options.redis.arguments = {"--aclfile", std::string(SOURCE_DIR) + "/conf/redis/calendly-brevo.acl"};
    lay(std::move(options));
    system_->options().common["redis"] =
        "{url: \"redis://calendly-agent@127.0.0.1:" + std::to_string(system_->redis().port()) +
        "\", password: CHANGE-THIS-PASSWORD}";
    happen({booking("ada")});
    EXPECT_EQ(number(reconcile(), "appended"), 1);
    happen({booking("bob")});
    const auto said = run_json(
        {"backfill", "--from", day(std::chrono::days(-9)), "--to", day(std::chrono::days(9)), "--no-wait"});
    EXPECT_EQ(number(said, "appended"), 1);
    EXPECT_EQ(redis().command({"ACL", "LOG"})->elements, 0u) << "nothing was denied";
}

class ReconcilerTest : public ReconcileTest {
protected:
    std::string metric(const std::string& name) {
        const auto text = agent().metrics();
        const auto line = text.find("\n" + name + "{connector=\"calendly\"} ");
        if (line == text.npos) return "(none)";
        const auto value = text.find("} ", line) + 2;
        return text.substr(value, text.find('\n', value) - value);
    }
};

TEST_F(ReconcilerTest, TheAgentLooksOnItsSchedule) {
    start(with({{"reconcile", "{every: 1s}"}}));
    happen({booking("ada")});
    harness::wait_until([&] { return metric("calendly_agent_reconciled_changes_total") == "1"; },
                        "the agent should find what no webhook told of");
    EXPECT_TRUE(agent().has_logged("reconciled: 1 meetings, 1 invitees read, 1 changes"));
    EXPECT_NE(metric("calendly_agent_reconciliations_total"), "0");
    EXPECT_NE(metric("calendly_agent_last_reconciliation_timestamp_seconds"), "0");
}

TEST_F(ReconcilerTest, TheFirstRunOfAllComesAfterTheInterval) {
    start();
    harness::wait_until(
        [&] {
            return redis().integer({"EXISTS", key("reconcile:last")}) == 1;
        },
        "the agent should note when it began", 30s);
    EXPECT_EQ(metric("calendly_agent_reconciliations_total"), "0");
}

TEST_F(ReconcilerTest, AnAgentThatWasDownLooksAtOnce) {
    lay();
    redis().command({"SET", key("reconcile:last"), "1000000000000"});
    happen({booking("ada")});
    system_->start_agent();
    harness::wait_until([&] { return metric("calendly_agent_reconciled_changes_total") == "1"; },
                        "the agent should look", 30s);
}

TEST_F(ReconcilerTest, WhoeverWantsARunGetsOneEvenWithoutASchedule) {
    start(with({{"reconcile", "{every: off}"}}));
    happen({booking("ada")});
    redis().command({"SET", key("reconcile:wanted"), "1"});
    harness::wait_until([&] { return metric("calendly_agent_reconciled_changes_total") == "1"; },
                        "the agent should look", 30s);
    harness::wait_until(
        [&] {
            return redis().integer({"EXISTS", key("reconcile:wanted")}) == 0;
        },
        "the wish should be fulfilled");
}

TEST_F(ReconcilerTest, OfTwoAgentsOneLooks) {
    lay(with({{"reconcile", "{every: 1s}"}}));
    redis().command({"SET", key("reconcile:lock"), "a third process", "PX", "30000"});
    system_->start_agent();
    happen({booking("ada")});
    redis().command({"SET", key("reconcile:last"), "1"});
    std::this_thread::sleep_for(1s);
    EXPECT_THAT(changes(), IsEmpty()) << "another one is at work";
    redis().command({"DEL", key("reconcile:lock")});
    harness::wait_until([&] { return metric("calendly_agent_reconciled_changes_total") == "1"; },
                        "the agent should look");
}

TEST_F(ReconcilerTest, ARunThatFailsIsSaidAndTriedAgain) {
    start(with({{"reconcile", "{every: 1s}"}}));
    expect_error("reconciliation: ");
    sandbox().fault("calendly", {{"path_prefix", "/scheduled_events"}},
                    {{"status", 400}, {"body", {{"title", "Invalid Argument"}, {"message", "no"}}}}, -1);
    harness::wait_until([&] { return metric("calendly_agent_reconciliation_failures_total") == "1"; },
                        "a run should fail");
    EXPECT_TRUE(agent().has_logged("trying again in 60 s"));
}

// What becomes of the entries: with agents that consume the stream of history.
class ReconcileConsumed : public ReconcilerTest {
protected:
    void begin() { start(with({{"reconcile", "{every: off}"}})); }
    json::value reconcile_and_wait() { return run_json({"reconcile"}); }
};

TEST_F(ReconcileConsumed, ALostWebhookReachesBrevoOnce) {
    begin();
    happen({booking("ada"),
            booking("bob"),
            {{"do", "cancel"}, {"invitee", "Ibob"}, {"created_at", moment(-30min)}}});
    EXPECT_EQ(number(reconcile_and_wait(), "missed_by_webhook"), 3);
    EXPECT_EQ(lists("ada@example.com"), "[10]");
    EXPECT_EQ(lists("bob@example.com"), "[20]");
    EXPECT_EQ(number(reconcile_and_wait(), "missed_by_webhook"), 0);
    EXPECT_THAT(sandbox().event_names("ada@example.com"), ElementsAre("calendly_booked"));
    EXPECT_THAT(sandbox().event_names("bob@example.com"),
                UnorderedElementsAre("calendly_booked", "calendly_canceled"));
    EXPECT_EQ(metric("calendly_agent_missed_by_webhook_total"), "3");
}

TEST_F(ReconcileConsumed, ALateNoShowAndItsUndoing) {
    begin();
    sandbox().book({{"email", "ada@example.com"},
                    {"name", "Ada"},
                    {"invitee_id", "Iada"},
                    {"event_id", "Eada"},
                    {"created_at", moment(-72h)},
                    {"start_time", moment(-48h)}});
    settle();
    happen({{{"do", "no_show"}, {"invitee", "Iada"}, {"created_at", moment(-1h)}}});
    EXPECT_EQ(number(reconcile_and_wait(), "missed_by_webhook"), 1);
    EXPECT_EQ(attribute("ada@example.com", "BOOKING_STATUS"), "no_show");
    happen({{{"do", "undo_no_show"}, {"invitee", "Iada"}}});
    redis().command({"DEL", key("seen")});  // or a day later
    EXPECT_EQ(number(reconcile_and_wait(), "missed_by_webhook"), 0) << "its webhook may be on its way";
    let_puzzles_age();
    EXPECT_EQ(number(reconcile_and_wait(), "missed_by_webhook"), 1);
    EXPECT_EQ(attribute("ada@example.com", "BOOKING_STATUS"), "booked");
    EXPECT_EQ(number(reconcile_and_wait(), "missed_by_webhook"), 0);
    EXPECT_THAT(sandbox().event_names("ada@example.com"),
                ElementsAre("calendly_booked", "calendly_no_show", "calendly_no_show_undone"));
}

TEST_F(ReconcileConsumed, AMoveOfWhichNoWebhookToldIsOneEvent) {
    begin();
    sandbox().book({{"email", "ada@example.com"},
                    {"name", "Ada"},
                    {"invitee_id", "Iada"},
                    {"created_at", moment(-72h)}});
    settle();
    happen({{{"do", "reschedule"}, {"invitee", "Iada"}, {"created_at", moment(-1h)}}});
    EXPECT_EQ(number(reconcile_and_wait(), "missed_by_webhook"), 2);
    EXPECT_EQ(attribute("ada@example.com", "BOOKING_STATUS"), "booked");
    EXPECT_THAT(sandbox().event_names("ada@example.com"),
                ElementsAre("calendly_booked", "calendly_rescheduled"));
}

}  // namespace reconcile_test
}  // namespace e2e
