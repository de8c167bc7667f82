// A batch of one person's entries: all of it in one upsert, one bad entry by itself, others whom it concerns.
#include <fmt/format.h>
#include <boost/asio/detached.hpp>

#include "unit/sync/fixture.hpp"

namespace person_work_test {

using namespace sync_support;
using syncing::Batch;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class PersonWorkTest : public EntryWorkTest {
protected:
    // Entries that no webhook brought, appended when the first of them says.
    Batch history_of(const std::vector<std::string>& bodies, std::string_view origin,
                     rules::Timestamp appended) {
        auto batch = batch_of(bodies);
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(appended.time_since_epoch());
        for (std::size_t i = 0; i < batch.size(); ++i) {
            batch[i].entry.id = std::to_string(ms.count()) + "-" + std::to_string(i + 1);
            batch[i].entry.origin = origin;
            batch[i].entry.key = shared::api_key_name;
        }
        return batch;
    }
    void process_history(const std::vector<std::string>& bodies, std::string_view origin,
                         rules::Timestamp appended = at("09:00:00") + 720h) {
        run(history_work_.process(ada, history_of(bodies, origin, appended)));
    }

    void process(const std::string& person, const std::vector<std::string>& bodies) {
        run(work_.process(person, batch_of(bodies)));
    }

    syncing::PersonWork work_{mapping, leases, links, settle, open_work, dead_letters};
    syncing::Links history_links_{lookup, rules::FollowLinks::always, calendly.origin()};
    syncing::PersonWork history_work_{
        mapping, leases, history_links_, settle, open_work, dead_letters, syncing::ServiceClass::history};
};

TEST_F(PersonWorkTest, EntriesThatWaitTogetherBecomeOneUpsertAndAnEventEach) {
    process(ada,
            {created(first.booked()), created(second.booked()), canceled(first.canceled(at("14:00:00")))});
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada, "send calendly_booked " + ada,
                                         "send calendly_booked " + ada, "send calendly_canceled " + ada));
    EXPECT_THAT(people.committed, ElementsAre("1-0", "2-0", "3-0"));
    EXPECT_TRUE(people.leases.empty());
}

TEST_F(PersonWorkTest, ARepetitionTellsBrevoNothing) {
    process(ada, {created(first.booked())});
    brevo.calls.clear();
    process(ada, {created(first.booked())});
    EXPECT_THAT(brevo.calls, IsEmpty());
    EXPECT_THAT(people.committed, ElementsAre("1-0", "1-0")) << "it is done with all the same";
}

TEST_F(PersonWorkTest, OfABatchThatIsRefusedEachEntryIsTriedByItself) {
    brevo.fail_next("upsert", 400, R"({"message":"odd"})");  // of both
    brevo.fail_next("upsert", 400, R"({"message":"odd"})");  // of the first
    process(ada, {created(first.booked()), created(second.booked())});
    EXPECT_THAT(letters.letters, SizeIs(1));
    EXPECT_EQ(letters.letters.front().entry.id, "1-0");
    EXPECT_THAT(people.committed, ElementsAre("2-0"));
    EXPECT_THAT(ledger_of(ada).bookings, SizeIs(1));
}

TEST_F(PersonWorkTest, AnEntryWhoseMeetingCannotBeHadGoesToTheDeadLetters) {
    auto without_meeting = boost::json::parse(created(first.booked())).as_object();
    without_meeting["payload"].as_object().erase("scheduled_event");
    process(ada, {boost::json::serialize(without_meeting), created(second.booked())});
    EXPECT_THAT(letters.letters, SizeIs(1));
    EXPECT_THAT(letters.letters.front().response, HasSubstr("404"));
    EXPECT_THAT(people.committed, ElementsAre("2-0"));
}

// As when an entry was read again while it was worked on.
TEST_F(PersonWorkTest, AnEntryThatIsBuriedTwiceInOneTurnIsOneDeadLetter) {
    auto without_meeting = boost::json::parse(created(first.booked())).as_object();
    without_meeting["payload"].as_object().erase("scheduled_event");
    auto batch = batch_of({boost::json::serialize(without_meeting)});
    batch.push_back(batch.front());
    run(work_.process(ada, std::move(batch)));
    EXPECT_THAT(letters.letters, SizeIs(1));
    EXPECT_EQ(dead_letters.buried().count, 1u);
    EXPECT_EQ(counters.entries[syncing::EntryOutcome::dead], 1u);
}

// Moved from one address to another: the person who had the booking before learns that it is gone.
TEST_F(PersonWorkTest, AMoveToAnotherAddressSettlesBothPeople) {
    process(bea, {created(of_person(first.booked(), bea))});
    auto old_half = of_person(first.moved_to("2", at("10:00:00")), bea).invitee;
    calendly.invitees["/scheduled_events/E1/invitees/I1"] = old_half;
    brevo.calls.clear();
    process(ada, {created(second.rescheduled_from("1"))});
    EXPECT_THAT(brevo.calls,
                ElementsAre("update " + bea, "upsert " + ada, "send calendly_rescheduled " + ada));
    EXPECT_EQ(ledger_of(bea).bookings.at(invitee_uri("1")).state, rules::BookingState::rescheduled);
    EXPECT_THAT(people.leases, IsEmpty());
}

TEST_F(PersonWorkTest, ALeaseThatIsLostMeansTheSameOnceMoreAndNoEventTwice) {
    unsigned commits = 0;
    people.on_call = [&](const std::string& call) {
        if (call == "commit " + ada && ++commits == 1) people.lose(ada);
        if (call == "acquire " + ada && commits == 1) people.leases.erase(ada);
    };
    process(ada, {created(first.booked())});
    EXPECT_EQ(commits, 2u);
    EXPECT_THAT(brevo.sent, SizeIs(1));
    EXPECT_THAT(people.committed, ElementsAre("1-0"));
}

TEST_F(PersonWorkTest, WhenRedisBreaksWhatIsOutIsRecordedAndTheLeaseGivenBack) {
    people.on_call = [&](const std::string& call) {
        if (call == "commit " + ada) throw redis::Error(redis::Error::Kind::connection, "gone");
    };
    EXPECT_THROW(process(ada, {created(first.booked())}), redis::Error);
    EXPECT_THAT(rules::parse_progress(people.people[ada].progress).sent, SizeIs(1));
    EXPECT_THAT(people.leases, IsEmpty());
    people.on_call = nullptr;
    process(ada, {created(first.booked())});
    EXPECT_THAT(brevo.sent, SizeIs(1)) << "not sent again";
}

TEST_F(PersonWorkTest, ARoutingFormIsFoldedWithoutFollowingALink) {
    process(ada,
            {R"({"event":"routing_form_submission.created","created_at":"2026-10-12T09:00:00Z","payload":{
        "uri":"https://api.calendly.com/routing_form_submissions/F1","created_at":"2026-10-12T09:00:00Z",
        "questions_and_answers":[{"question":"Email","answer":"ada@example.com"}]}})"});
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada, "send calendly_form_submitted " + ada));
    EXPECT_THAT(calendly.calls, IsEmpty());
}

// The entry is not to blame for what is stored of its person.
TEST_F(PersonWorkTest, ALedgerThatCannotBeReadIsNamedAndBuriesNothing) {
    for (const auto* broken : {"{", "[]", R"({"bookings":7})"}) {
        people.people[ada].ledger = broken;
        try {
            process(ada, {created(first.booked())});
            FAIL() << broken;
        } catch (const redis::BrokenKey& error) {
            EXPECT_THAT(error.what(), HasSubstr("HGETALL calendly:{<connector>}:person:<e-mail>"));
            EXPECT_THAT(error.what(), testing::Not(HasSubstr(ada)));
        }
    }
    EXPECT_THAT(letters.letters, IsEmpty());
    EXPECT_THAT(people.leases, IsEmpty());
    people.people[ada].ledger = "";
    process(ada, {created(first.booked())});
    EXPECT_THAT(people.committed, ElementsAre("1-0"));
}

constexpr auto backfill = shared::entry_origin::backfill;
constexpr auto reconcile = shared::entry_origin::reconcile;

TEST_F(PersonWorkTest, AReconciliationIsWhatTheWebhookWouldHaveBeenAndIsCountedOnce) {
    process_history({created(first.booked()), canceled(first.canceled(at("14:00:00")))}, reconcile);
    EXPECT_THAT(brevo.calls,
                ElementsAre("upsert " + ada, "send calendly_booked " + ada, "send calendly_canceled " + ada));
    EXPECT_THAT(brevo.upserted.at(0).join_lists, ElementsAre(11));
    EXPECT_EQ(counters.missed_by_webhook, 2u);
    process_history({created(first.booked())}, reconcile);
    process(ada, {created(first.booked())});
    EXPECT_THAT(brevo.sent, SizeIs(2)) << "nothing is told twice";
    EXPECT_EQ(counters.missed_by_webhook, 2u);
}

TEST_F(PersonWorkTest, WhatAWebhookHadToldIsNotMissed) {
    process(ada, {created(first.booked())});
    process_history({created(first.booked())}, reconcile);
    EXPECT_EQ(counters.missed_by_webhook, 0u);
}

TEST_F(PersonWorkTest, AChangeIsMissedOnceHoweverOftenItsWorkIsRepeated) {
    unsigned commits = 0;
    people.on_call = [&](const std::string& call) {
        if (call == "commit " + ada && ++commits == 1) people.lose(ada);
        if (call == "acquire " + ada && commits == 1) people.leases.erase(ada);
    };
    process_history({created(first.booked())}, reconcile);
    EXPECT_EQ(commits, 2u);
    EXPECT_EQ(counters.missed_by_webhook, 1u);
}

TEST_F(PersonWorkTest, ABackFillWritesTheContactAndStartsNothing) {
    process_history({created(first.booked())}, backfill);
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada));
    EXPECT_THAT(brevo.upserted.at(0).join_lists, IsEmpty());
    EXPECT_EQ(brevo.upserted.at(0).attributes.at("BOOKING_STATUS"), brevo::Value("booked"));
    EXPECT_EQ(counters.missed_by_webhook, 0u);
    process(ada, {created(first.booked())});
    EXPECT_THAT(brevo.sent, IsEmpty()) << "it is marked as done";
    process(ada, {canceled(first.canceled(at("14:00:00")))});
    EXPECT_THAT(brevo.sent, SizeIs(1));
    EXPECT_THAT(brevo.updated.back().join_lists, ElementsAre(11)) << "a later change counts as ever";
}

TEST_F(PersonWorkTest, AYoungChangeOfABackFillIsToldLikeAWebhook) {
    process_history({created(first.booked())}, backfill, at("09:00:00") + 23h);
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada, "send calendly_booked " + ada));
    EXPECT_THAT(brevo.upserted.at(0).join_lists, ElementsAre(11));
}

TEST_F(PersonWorkTest, ABackFillCanBeToldToBeHeard) {
    auto batch = history_of({created(first.booked())}, backfill, at("09:00:00") + 720h);
    batch[0].entry.with_events = true;
    run(history_work_.process(ada, std::move(batch)));
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada, "send calendly_booked " + ada));
    EXPECT_THAT(brevo.upserted.at(0).join_lists, IsEmpty());
    batch = history_of({created(second.booked())}, backfill, at("09:00:00") + 720h);
    batch[0].entry.with_lists = true;
    run(history_work_.process(ada, std::move(batch)));
    EXPECT_THAT(brevo.sent, SizeIs(1));
    EXPECT_THAT(brevo.upserted.at(1).join_lists, ElementsAre(10));
}

// One call is on its way when the webhook comes: the next one of history's is not made before the webhook's.
TEST_F(PersonWorkTest, HistoryGivesWayAfterItsPresentCall) {
    bool has_begun = false;
    bool is_webhook_done = false;
    const auto webhook = [&]() -> asio::awaitable<void> {
        const std::vector<std::string> bodies(1, created(second.booked()));
        auto batch = batch_of(bodies);
        co_await work_.process(ada, std::move(batch));
        is_webhook_done = true;
    };
    brevo.on_call = [&](const std::string&) {
        if (!std::exchange(has_begun, true)) asio::co_spawn(io, webhook, asio::detached);
    };
    // The event waits for its turn while Brevo is in trouble: meanwhile the webhook arrives.
    brevo.fail_next("send", 503, "", api::Remedy::retry);
    process_history({created(first.booked()), canceled(first.canceled(at("14:00:00")))}, reconcile);
    EXPECT_TRUE(is_webhook_done);
    ASSERT_THAT(brevo.sent, SizeIs(3));
    std::vector<std::string> invitees;
    for (const auto& event : brevo.sent)
        invitees.emplace_back(event.properties.at("invitee_uri").as_string());
    EXPECT_EQ(invitees.front(), invitee_uri("2")) << "the webhook's event was the first";
    EXPECT_THAT(people.committed, SizeIs(3));
}

// change, event, outcome and the steps' kinds of each entry of the timeline.
std::vector<std::string> told_of(const rules::Timeline& timeline) {
    std::vector<std::string> told;
    for (const auto& entry : timeline) {
        auto line = fmt::format("{} {} {}", entry.event, to_string(entry.outcome), entry.person);
        for (const auto& step : entry.steps)
            line += step.kind == rules::StepKind::link      ? " l"
                    : step.kind == rules::StepKind::contact ? " c"
                                                            : " e";
        told.push_back(std::move(line));
    }
    return told;
}

TEST_F(PersonWorkTest, TheTimelineTellsEachChangeWithItsSteps) {
    process(ada, {created(first.booked()), canceled(first.canceled(at("14:00:00")))});
    EXPECT_THAT(told_of(people.timeline), ElementsAre("calendly_booked synced " + ada + " l c e",
                                                      "calendly_canceled synced " + ada + " l c e"));
    const auto& entry = people.timeline.front();
    EXPECT_EQ(entry.change_id, rules::created_id(first.booked().invitee.uri));
    EXPECT_EQ(entry.invitee, first.booked().invitee.uri);
    EXPECT_GT(entry.committed_ms, 0);
    EXPECT_EQ(entry.steps.front().status, 404u) << "the type's name, which the fake has not";
    EXPECT_EQ(entry.steps.front().attempts, 1u);
    process(ada, {created(first.booked())});
    EXPECT_EQ(told_of(people.timeline).back(), "calendly_booked repeated " + ada);
}

TEST_F(PersonWorkTest, WhatWasOvertakenOrSwitchedOffIsLeftAlone) {
    process(ada, {canceled(first.canceled(at("14:00:00")))});
    process(ada, {created(first.booked())});
    EXPECT_THAT(told_of(people.timeline).back(), HasSubstr("calendly_booked left_alone"));
    mapping.sync.cancellations = false;
    process(ada, {canceled(second.canceled(at("15:00:00")))});
    EXPECT_THAT(told_of(people.timeline).back(), HasSubstr("calendly_canceled left_alone"));
}

TEST_F(PersonWorkTest, WhatABackFillTellsIsQuiet) {
    process_history({created(first.booked())}, shared::entry_origin::backfill);
    EXPECT_THAT(told_of(people.timeline), ElementsAre("calendly_booked quiet " + ada + " l c"));
}

TEST_F(PersonWorkTest, ADeadLettersStepsTellWhatRefusedIt) {
    brevo.fail_next("upsert", 400, R"({"message":"odd"})");
    process(ada, {created(first.booked())});
    ASSERT_THAT(letters.letters, SizeIs(1));
    const auto& told = letters.letters.front().timeline;
    EXPECT_EQ(told.person, ada);
    EXPECT_EQ(told.event, "calendly_booked");
    EXPECT_EQ(told.change_id, rules::created_id(first.booked().invitee.uri));
    ASSERT_FALSE(told.steps.empty());
    EXPECT_EQ(told.steps.back().kind, rules::StepKind::contact);
    EXPECT_EQ(told.steps.back().status, 400u);
}

TEST_F(PersonWorkTest, AMoveToAnotherAddressIsToldToBoth) {
    process(bea, {created(of_person(first.booked(), bea))});
    people.timeline.clear();
    auto old_half = of_person(first.moved_to("2", at("10:00:00")), bea).invitee;
    calendly.invitees["/scheduled_events/E1/invitees/I1"] = old_half;
    const auto moved = second.rescheduled_from("1");
    process(ada, {created(moved)});
    for (const auto& entry : people.timeline) EXPECT_EQ(entry.event, "calendly_rescheduled") << entry.person;
    EXPECT_EQ(people.timeline.back().person, ada);
    EXPECT_EQ(people.timeline.back().outcome, rules::TimelineOutcome::synced);
}

}  // namespace person_work_test
