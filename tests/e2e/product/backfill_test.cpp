// calendly-brevo backfill: bookings from before the installation. What the stream holds; what becomes of it
// is the consumer's.
#include <algorithm>
#include <csignal>
#include <set>

#include "e2e/harness/process.hpp"
#include "e2e/product/history_fixture.hpp"

namespace e2e {
namespace backfill_test {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class BackfillTest : public HistoryTest {
protected:
    // Over two years around today, without waiting for an agent.
    static Names backfill(Names more = {}) {
        Names arguments{
            "backfill", "--from", day(std::chrono::days(-365)), "--to", day(std::chrono::days(365)),
            "--no-wait"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    // As a process that the test looks after.
    harness::Process start_backfill(const std::string& log_name) {
        Names command{harness::AgentProcess::program()};
        for (auto& word : backfill()) command.push_back(word);
        command.insert(command.end(), {"--config", system_->write_configuration()});
        return harness::Process(command, system_->folder() / log_name);
    }
    void book_many(int count) {
        json::array actions;
        for (int i = 0; i < count; ++i) {
            const auto name = "p" + std::to_string(i);
            actions.push_back(booking(name, {{"start_time", moment(24h + std::chrono::minutes(i))}}));
        }
        happen(std::move(actions));
    }
};

TEST_F(BackfillTest, AppendsTheDeliveriesThatThereCouldHaveBeen) {
    lay();
    const auto booked = moment(-100h), canceled = moment(-90h), marked = moment(-80h);
    happen({booking("ada", {{"created_at", booked}}),
            booking("bob", {{"created_at", booked}}),
            {{"do", "cancel"}, {"invitee", "Ibob"}, {"reason", "Ill"}, {"created_at", canceled}},
            booking("cy", {{"created_at", booked}, {"start_time", moment(-85h)}}),
            {{"do", "no_show"}, {"invitee", "Icy"}, {"no_show_id", "N1"}, {"created_at", marked}}});
    const auto said = run_json(backfill());
    EXPECT_EQ(number(said, "events"), 3);
    EXPECT_EQ(number(said, "invitees"), 3);
    EXPECT_EQ(number(said, "already_right"), 0);
    EXPECT_EQ(number(said, "appended"), 5);
    EXPECT_EQ(number(said, "failed"), 0);
    EXPECT_TRUE(said.as_object().contains("seconds"));
    EXPECT_THAT(changes(),
                ElementsAre("invitee.created Iada", "invitee.created Ibob", "invitee.canceled Ibob",
                            "invitee.created Icy", "invitee_no_show.created Icy"));
    const auto all = entries();
    for (const auto& entry : all) {
        EXPECT_EQ(entry.origin, "backfill");
        EXPECT_EQ(entry.key, "api");
        EXPECT_EQ(entry.t, "");
        EXPECT_GT(entry.received_ms, 0);
        EXPECT_FALSE(entry.with_events || entry.with_lists);
    }
    const auto creation = json::parse(all[1].body), cancellation = json::parse(all[2].body);
    EXPECT_EQ(text_at(creation, "/created_at"), booked);
    EXPECT_EQ(text_at(creation, "/payload/status"), "active") << "as the webhook would have said";
    EXPECT_EQ(text_at(creation, "/payload/cancellation"), "(none)");
    EXPECT_THAT(text_at(creation, "/created_by"), HasSubstr("https://api.calendly.com/users/"));
    EXPECT_EQ(text_at(cancellation, "/created_at"), canceled);
    EXPECT_EQ(text_at(cancellation, "/payload/cancellation/reason"), "Ill");
    EXPECT_EQ(text_at(cancellation, "/payload/scheduled_event/uri"),
              "https://api.calendly.com/scheduled_events/Ebob");
    EXPECT_EQ(text_at(json::parse(all[4].body), "/created_at"), marked);
}

TEST_F(BackfillTest, BothHalvesOfARescheduleAreHistory) {
    lay();
    happen({booking("ada"),
            {{"do", "reschedule"},
             {"invitee", "Iada"},
             {"new_invitee_id", "Inext"},
             {"new_event_id", "Enext"},
             {"created_at", moment(-30min)}}});
    run_json(backfill());
    EXPECT_THAT(changes(), ElementsAre("invitee.created Iada", testing::_, testing::_));
    EXPECT_THAT(changes(), UnorderedElementsAre("invitee.created Iada", "invitee.canceled Iada",
                                                "invitee.created Inext"));
}

TEST_F(BackfillTest, TheNewHalfOfARescheduleOutsideTheSpanComesAlong) {
    lay();
    happen({booking("ada", {{"start_time", moment(48h)}}),
            {{"do", "reschedule"},
             {"invitee", "Iada"},
             {"new_invitee_id", "Inext"},
             {"new_event_id", "Enext"},
             {"start_time", moment(24h * 40)},
             {"created_at", moment(-30min)}}});
    run_json(
        {"backfill", "--from", day(std::chrono::days(0)), "--to", day(std::chrono::days(10)), "--no-wait"});
    EXPECT_THAT(changes(), UnorderedElementsAre("invitee.created Iada", "invitee.canceled Iada",
                                                "invitee.created Inext"));
}

TEST_F(BackfillTest, WhatTheLedgerKnowsIsAlreadyRight) {
    start();
    sandbox().book({{"email", "ada@example.com"}, {"name", "Ada"}});
    settle();
    happen({booking("bob")});
    const auto said = run_json(backfill());
    EXPECT_EQ(number(said, "invitees"), 2);
    EXPECT_EQ(number(said, "already_right"), 1);
    EXPECT_EQ(number(said, "appended"), 1);
}

TEST_F(BackfillTest, AWebhookThatWaitsNeedsNoHistory) {
    lay();
    sandbox().book({{"email", "ada@example.com"}, {"name", "Ada"}, {"created_at", moment(-48h)}});
    harness::wait_until([&] { return system_->backlog() == 1; }, "the webhook should wait in its stream");
    EXPECT_EQ(number(run_json(backfill()), "appended"), 0);
}

TEST_F(BackfillTest, WhatItAppendedAndStillWaitsIsNotAppendedAgain) {
    lay();
    happen({booking("ada")});
    EXPECT_EQ(number(run_json(backfill()), "appended"), 1);
    EXPECT_EQ(number(run_json(backfill()), "appended"), 0);
    EXPECT_EQ(waiting(), 1);
}

TEST_F(BackfillTest, EventsAndListsAreToldToTheConsumer) {
    lay();
    happen({booking("ada")});
    run_json(backfill({"--events", "--lists"}));
    const auto all = entries();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_TRUE(all[0].with_events && all[0].with_lists);
}

TEST_F(BackfillTest, ADryRunShowsEachDifferenceMaskedAndWritesNothing) {
    lay();
    happen({booking("adalovelace")});
    const auto before = redis().text({"DBSIZE"});
    const auto ran = run(backfill({"--dry-run"}));
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_THAT(ran.output, HasSubstr("invitee.created  a...@example.com"));
    EXPECT_THAT(ran.output, Not(HasSubstr("adalovelace@")));
    EXPECT_EQ(redis().text({"DBSIZE"}), before);
    EXPECT_EQ(number(run_json(backfill({"--dry-run"})), "appended"), 0);
}

TEST_F(BackfillTest, OnlyWhatIsAskedForIsWalked) {
    lay();
    happen({booking("ada"),
            booking("bob", {{"event_type", "PRODUCTDEMO00002"}}),
            booking("cy"),
            {{"do", "cancel"}, {"invitee", "Icy"}}});
    EXPECT_EQ(number(run_json(backfill({"--dry-run", "--status", "canceled"})), "events"), 1);
    EXPECT_EQ(number(run_json(backfill({"--dry-run", "--event-type", "demo"})), "events"), 1) << "a mapping";
    EXPECT_EQ(number(run_json(backfill({"--dry-run", "--event-type",
                                        "https://api.calendly.com/event_types/DISCOVERYCALL001"})),
                     "events"),
              2);
    const auto ran = run(backfill({"--event-type", "Nonsense"}));
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("no event type is called 'Nonsense'"));
}

TEST_F(BackfillTest, OfTwoTheSecondSaysSo) {
    lay();
    redis().command({"SET", key("backfill:lock"), "somebody else", "PX", "30000"});
    const auto ran = run(backfill());
    EXPECT_EQ(ran.exit_code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("another back-fill of connector 'calendly' is at work"));
    EXPECT_EQ(redis().text({"GET", key("backfill:lock")}), "somebody else");
}

TEST_F(BackfillTest, AMemberWalksTheirOwnMeetingsAndIsToldSo) {
    lay();
    const auto token = text_at(sandbox().post("/calendly/tokens", {{"user", "colleague"}}), "/token");
    system_->options().connectors["calendly"]["access_token"] = "\"" + token + "\"";
    happen({booking("ada"), booking("bob", {{"event_type", "PRODUCTDEMO00002"}})});
    const auto ran = run(backfill());
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_THAT(ran.errors, HasSubstr("the user's own"));
    EXPECT_THAT(changes(), ElementsAre("invitee.created Ibob"));
}

TEST_F(BackfillTest, A429IsWaitedForVisibly) {
    lay();
    happen({booking("ada")});
    sandbox().fault("calendly", {{"path_prefix", "/scheduled_events"}},
                    {{"status", 429}, {"headers", {{"Retry-After", "2"}}}});
    const auto ran = run(backfill());
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_THAT(ran.errors, HasSubstr("429"));
    EXPECT_EQ(waiting(), 1);
}

TEST_F(BackfillTest, AMeetingThatVanishesOnTheWayStopsNothing) {
    lay();
    happen({booking("ada"), booking("bob")});
    sandbox().fault("calendly", {{"path_prefix", "/scheduled_events/Eada/invitees"}},
                    {{"status", 404}, {"body", {{"title", "Resource Not Found"}, {"message", "gone"}}}});
    const auto said = run_json(backfill());
    EXPECT_EQ(number(said, "failed"), 0);
    EXPECT_THAT(changes(), ElementsAre("invitee.created Ibob"));
}

TEST_F(BackfillTest, MistakesOfUsageAreSaidBeforeAnythingIsAsked) {
    lay();
    const auto from_after_to = run({"backfill", "--from", "2026-05-02", "--to", "2026-05-01"});
    EXPECT_EQ(from_after_to.exit_code, 2);
    EXPECT_THAT(from_after_to.errors, HasSubstr("2026-05-02 is not before --to 2026-05-01"));
    const auto no_date = run({"backfill", "--from", "yesterday", "--to", "2026-05-01"});
    EXPECT_EQ(no_date.exit_code, 2);
    EXPECT_THAT(no_date.errors, HasSubstr("'yesterday' is no date"));
    EXPECT_EQ(run({"backfill", "--from", "2026-02-30", "--to", "2026-05-01"}).exit_code, 2);
    EXPECT_EQ(run({"backfill"}).exit_code, 2);
    EXPECT_THAT(sandbox().calls("calendly"), IsEmpty());
}

TEST_F(BackfillTest, AtMostAThousandEntriesWait) {
    lay();
    book_many(1100);
    auto backfill = start_backfill("many.log");
    harness::wait_until([&] { return waiting() == 1000; }, "the stream should fill", 60s);
    harness::wait_until([&] { return redis().text({"GET", key("backfill:lock")}) != ""; }, "it has its lock");
    EXPECT_TRUE(backfill.running()) << "it waits for an agent";
    redis().command({"XTRIM", key("history"), "MAXLEN", "0"});
    EXPECT_EQ(backfill.wait(60s), 0);
    EXPECT_EQ(waiting(), 100);
    EXPECT_EQ(redis().integer({"EXISTS", key("backfill:lock"), key("backfill:cursor")}), 0);
}

// A person's changes are appended together, and only where all of them have room.
TEST_F(BackfillTest, AtMostAThousandEntriesWaitWhoeverHasSeveral) {
    lay();
    happen({booking("ada"), {{"do", "cancel"}, {"invitee", "Iada"}, {"created_at", moment(-30min)}}});
    for (int i = 0; i < 999; ++i) redis().command({"XADD", key("history"), "*", "body", "{}"});
    auto backfill = start_backfill("several.log");
    harness::wait_until([&] { return redis().integer({"EXISTS", key("backfill:lock")}) == 1; }, "at work");
    harness::wait_until([&] { return !sandbox().calls("calendly").empty(); }, "it reads");
    harness::wait_until(
        [&] {
            return harness::read_file(system_->folder() / "several.log").find("wait for an agent") !=
                   std::string::npos;
        },
        "it should say that it waits", 60s);
    EXPECT_EQ(waiting(), 999);
    redis().command({"XTRIM", key("history"), "MAXLEN", "998"});
    EXPECT_EQ(backfill.wait(60s), 0);
    EXPECT_EQ(waiting(), 1000);
}

TEST_F(BackfillTest, KilledItGoesOnWithoutAppendingAnythingTwice) {
    lay();
    book_many(1100);
    {
        auto killed = start_backfill("killed.log");
        harness::wait_until([&] { return waiting() == 1000; }, "the stream should fill", 60s);
        killed.signal(SIGKILL);
        killed.wait();
    }
    std::set<std::string> told;
    for (const auto& change : changes()) told.insert(change);
    redis().command({"DEL", key("backfill:lock")});  // or 30 s later
    auto next = start_backfill("next.log");
    harness::wait_until([&] { return sandbox().calls("calendly").size() >= 2 * 1100; }, "all is read again",
                        60s);
    harness::wait_until([&] { return redis().integer({"EXISTS", key("backfill:lock")}) == 1; }, "at work");
    redis().command({"XTRIM", key("history"), "MAXLEN", "0"});
    EXPECT_EQ(next.wait(60s), 0);
    const auto rest = changes();
    EXPECT_EQ(rest.size(), 100u);
    for (const auto& change : rest) told.insert(change);
    EXPECT_EQ(told.size(), 1100u);
}

TEST_F(BackfillTest, CtrlCLeavesNoLockBehind) {
    lay();
    book_many(1100);
    auto interrupted = start_backfill("interrupted.log");
    harness::wait_until([&] { return waiting() == 1000; }, "the stream should fill", 60s);
    EXPECT_EQ(interrupted.stop(SIGINT), 130);
    EXPECT_EQ(redis().integer({"EXISTS", key("backfill:lock")}), 0);
}

TEST_F(BackfillTest, TheCursorIsOfTheSameOptionsOnly) {
    lay();
    happen({booking("ada", {{"start_time", moment(24h)}}), booking("bob", {{"start_time", moment(240h)}})});
    const auto from = day(std::chrono::days(-1)), to = day(std::chrono::days(30));
    const auto cursor = json::serialize(json::object{{"options", "--from " + from + " --to " + to},
                                                     {"at", moment(48h)},
                                                     {"visited", json::array()},
                                                     {"events", 1},
                                                     {"invitees", 1},
                                                     {"already_right", 1},
                                                     {"appended", 0},
                                                     {"failed", 0},
                                                     {"seconds", 5},
                                                     {"first_id", ""},
                                                     {"last_id", ""}});
    redis().command({"SET", key("backfill:cursor"), cursor});
    const auto other = run({"backfill", "--from", from, "--to", to, "--dry-run", "--no-wait"});
    EXPECT_THAT(other.output, HasSubstr("2 meetings")) << "a dry run has no cursor";
    const auto ran = run({"backfill", "--from", from, "--to", to, "--no-wait"});
    EXPECT_THAT(ran.errors, HasSubstr("where it was interrupted; --restart begins anew"));
    EXPECT_THAT(ran.output, HasSubstr("2 meetings")) << "the first one's count goes on";
    EXPECT_THAT(changes(), ElementsAre("invitee.created Ibob"));
    redis().command({"SET", key("backfill:cursor"), cursor});
    const auto another = run({"backfill", "--from", from, "--to", to, "--no-wait", "--lists"});
    EXPECT_THAT(another.errors, HasSubstr("had other options"));
    EXPECT_EQ(changes().size(), 2u) << "begun anew";
    redis().command({"SET", key("backfill:cursor"), cursor});
    const auto restarted = run({"backfill", "--from", from, "--to", to, "--no-wait", "--restart"});
    EXPECT_THAT(restarted.errors, Not(HasSubstr("interrupted")));
    EXPECT_THAT(restarted.output, HasSubstr("2 meetings"));
}

// What becomes of the entries: with agents that consume the stream of history.
class BackfillConsumed : public BackfillTest {
protected:
    static Names waiting_backfill(Names more = {}) {
        auto arguments = backfill(std::move(more));
        std::erase(arguments, "--no-wait");
        return arguments;
    }
    // Booked so long ago that no webhook is on its way any more.
    static json::object old_booking(const std::string& name, json::object more = {}) {
        json::object with{{"created_at", moment(-72h)}};
        for (const auto& [member, value] : more) with[member] = value;
        return booking(name, std::move(with));
    }
    std::int64_t upserts() {
        const auto calls = sandbox().calls("brevo");
        return std::count(calls.begin(), calls.end(), "POST /contacts");
    }
};

TEST_F(BackfillConsumed, IsQuiet) {
    start();
    happen({old_booking("ada"),
            old_booking("bob"),
            {{"do", "cancel"}, {"invitee", "Ibob"}, {"created_at", moment(-48h)}}});
    EXPECT_EQ(number(run_json(waiting_backfill()), "appended"), 3);
    EXPECT_EQ(attribute("ada@example.com", "BOOKING_STATUS"), "booked");
    EXPECT_EQ(attribute("bob@example.com", "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists("ada@example.com"), "[]");
    EXPECT_EQ(lists("bob@example.com"), "[]");
    EXPECT_THAT(sandbox().event_names("ada@example.com"), IsEmpty());
    EXPECT_THAT(sandbox().event_names("bob@example.com"), IsEmpty());
    EXPECT_EQ(upserts(), 2) << "one a person";
    EXPECT_EQ(number(run_json(waiting_backfill()), "already_right"), 2);
    EXPECT_EQ(upserts(), 2);
}

TEST_F(BackfillConsumed, WithEventsAndListsItIsAsWebhooksWouldHaveBeen) {
    start();
    happen({old_booking("ada"),
            old_booking("bob"),
            {{"do", "cancel"}, {"invitee", "Ibob"}, {"created_at", moment(-48h)}}});
    run_json(waiting_backfill({"--events", "--lists"}));
    EXPECT_EQ(lists("ada@example.com"), "[10]");
    EXPECT_EQ(lists("bob@example.com"), "[20]");
    EXPECT_THAT(sandbox().event_names("ada@example.com"), ElementsAre("calendly_booked"));
    EXPECT_THAT(sandbox().event_names("bob@example.com"),
                UnorderedElementsAre("calendly_booked", "calendly_canceled"));
}

TEST_F(BackfillConsumed, AChangeOfTheLastDayIsNotQuiet) {
    start();
    happen({booking("ada")});
    run_json(waiting_backfill());
    EXPECT_EQ(lists("ada@example.com"), "[10]");
    EXPECT_THAT(sandbox().event_names("ada@example.com"), ElementsAre("calendly_booked"));
}

TEST_F(BackfillConsumed, ALaterWebhookOfTheBookingIsLoud) {
    start();
    happen({old_booking("ada")});
    run_json(waiting_backfill());
    sandbox().cancel("Iada");
    settle();
    EXPECT_EQ(lists("ada@example.com"), "[20]");
    EXPECT_THAT(sandbox().event_names("ada@example.com"), ElementsAre("calendly_canceled"));
}

TEST_F(BackfillConsumed, KilledFiveTimesWithTwoAgentsEachPersonIsWrittenOnce) {
    constexpr int people = 400;
    start();
    system_->start_agent();
    json::array actions;
    for (int i = 0; i < people; ++i) {
        const auto name = "p" + std::to_string(i);
        actions.push_back(old_booking(name, {{"start_time", moment(24h + std::chrono::minutes(i))}}));
        actions.push_back(old_booking(name + "x", {{"email", name + "@example.com"},
                                                   {"start_time", moment(300h + std::chrono::minutes(i))}}));
        if (i % 4 == 0)
            actions.push_back(
                {{"do", "cancel"}, {"invitee", "I" + name + "x"}, {"created_at", moment(-60h)}});
    }
    happen(std::move(actions));
    for (int kills = 1; kills <= 5; ++kills) {
        auto killed = start_backfill("killed" + std::to_string(kills) + ".log");
        const auto calls = sandbox().calls("calendly").size();
        harness::wait_until(
            [&] { return !killed.running() || sandbox().calls("calendly").size() > calls + 150u * kills; },
            "it should get on", 60s);
        if (killed.running()) killed.signal(SIGKILL);
        killed.wait();
        redis().command({"DEL", key("backfill:lock")});  // or 30 s later
    }
    const auto ran = run(waiting_backfill());
    EXPECT_EQ(ran.exit_code, 0) << ran.errors;
    EXPECT_EQ(sandbox().contact_count(), static_cast<std::size_t>(people));
    EXPECT_LE(upserts(), people * 11 / 10);
    EXPECT_THAT(sandbox().event_names("p7@example.com"), IsEmpty());
    EXPECT_EQ(lists("p7@example.com"), "[]");
}

}  // namespace backfill_test
}  // namespace e2e
