// A batch of one person's entries: all of it in one upsert, one bad entry by itself, others whom it concerns.
#include "unit/sync/fixture.hpp"

namespace {

using namespace sync_support;
using syncing::Batch;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class PersonWorkTest : public SettlingTest {
protected:
    PersonWorkTest() { brevo.calls.clear(); }

    static Batch batch_of(const std::vector<std::string>& bodies) {
        Batch batch;
        for (const auto& body : bodies) {
            shared::WebhookEntry entry;
            entry.id = std::to_string(batch.size() + 1) + "-0";
            entry.body = body;
            batch.push_back(syncing::read_item(std::move(entry)));
        }
        return batch;
    }

    void process(const std::string& person, const std::vector<std::string>& bodies) {
        run(work_.process(person, batch_of(bodies)));
    }

    api::Retry calendly_retry_ = make_retry(api::ApiName::calendly);
    syncing::CalendlyLookup lookup_{calendly, calendly_retry_, waiting, counters, log};
    syncing::Links links_{lookup_, {rules::FollowLinks::missing, calendly.origin()}};
    syncing::DeadLetters dead_letters_{letters, counters, log};
    syncing::PersonWork work_{mapping, leases, links_, settle, open_work, dead_letters_};
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
    EXPECT_EQ(dead_letters_.buried().count, 1u);
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

}  // namespace
