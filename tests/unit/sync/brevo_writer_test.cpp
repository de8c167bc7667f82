// What Brevo is told, in which order, and what is noted on the way.
#include <sstream>

#include <spdlog/sinks/ostream_sink.h>

#include "unit/sync/fixture.hpp"

namespace brevo_writer_test {

using namespace sync_support;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::UnorderedElementsAre;

class BrevoWriterTest : public SettlingTest {
protected:
    BrevoWriterTest() { brevo.calls.clear(); }

    // What is known after these, to be told.
    rules::Outcome outcome_of(const std::vector<rules::Sighting>& sightings) {
        rules::Outcome outcome;
        outcome.is_acted_on = outcome.is_new_booking = true;
        for (const auto& sighting : sightings)
            if (const auto transition = rules::fold(outcome.ledger, sighting))
                outcome.transitions.push_back(*transition);
        return outcome;
    }

    api::Answer<brevo::Done> perform(rules::Outcome& outcome) {
        return result_of(writer.perform(ada, outcome, hold_));
    }

    syncing::Leases::Hold hold_ = hold_on({ada});
};

TEST_F(BrevoWriterTest, TheContactComesBeforeItsEvents) {
    auto outcome = outcome_of({first.booked(), first.canceled(at("14:00:00"))});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls,
                ElementsAre("upsert " + ada, "send calendly_booked " + ada, "send calendly_canceled " + ada));
    EXPECT_EQ(counters.contacts_written, 1u);
}

TEST_F(BrevoWriterTest, WhatIsNeitherActedOnNorUnfinishedIsNotTold) {
    auto outcome = outcome_of({first.booked()});
    outcome.is_acted_on = false;
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, IsEmpty());
    outcome.is_unfinished = true;
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, Contains("upsert " + ada));
}

TEST_F(BrevoWriterTest, WhatTheUserSwitchedOffIsNotSent) {
    mapping.sync.contacts = false;
    auto outcome = outcome_of({first.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("send calendly_booked " + ada));
    brevo.calls.clear();
    mapping.sync = {.contacts = true, .events = false};
    outcome = outcome_of({first.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada));
}

// A crash between the two must not forget that the contact was put on the list from here.
TEST_F(BrevoWriterTest, ListsAreRecordedBeforeTheyAreJoined) {
    std::string recorded;
    brevo.on_call = [&](const std::string& call) {
        if (call.starts_with("upsert")) recorded = people.people[ada].progress;
    };
    auto outcome = outcome_of({first.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(rules::parse_progress(recorded).lists, UnorderedElementsAre(11));
    EXPECT_THAT(outcome.ledger.lists, UnorderedElementsAre(11));
}

TEST_F(BrevoWriterTest, WithoutTheLeaseNothingIsWritten) {
    people.lose(ada);
    auto outcome = outcome_of({first.booked()});
    const auto performed = perform(outcome);
    ASSERT_FALSE(performed);
    EXPECT_EQ(performed.error().remedy, api::Remedy::withheld);
    EXPECT_THAT(brevo.calls, IsEmpty());
}

TEST_F(BrevoWriterTest, AnEventIsRecordedBeforeTheNextOneIsSent) {
    std::vector<std::string> sent_before;
    brevo.on_call = [&](const std::string& call) {
        if (call.starts_with("send")) {
            const auto progress = rules::parse_progress(people.people[ada].progress);
            sent_before.push_back(std::to_string(progress.sent.size()));
        }
    };
    auto outcome = outcome_of({first.booked(), second.booked(), third.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(sent_before, ElementsAre("0", "1", "2"));
    EXPECT_EQ(outcome.progress.sent.size(), 3u);
}

TEST_F(BrevoWriterTest, AnEventThatIsOutIsNotSentAgain) {
    auto outcome = outcome_of({first.booked(), first.canceled(at("14:00:00"))});
    outcome.progress.sent.insert(outcome.transitions.front().change_id);
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada, "send calendly_canceled " + ada));
}

TEST_F(BrevoWriterTest, TroubleIsRepeatedUntilItIsOver) {
    brevo.fail_next("upsert", 503, "", api::Remedy::retry);
    brevo.fail_next("send", 500, "", api::Remedy::retry);
    auto outcome = outcome_of({first.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada, "upsert " + ada, "send calendly_booked " + ada,
                                         "send calendly_booked " + ada));
}

TEST_F(BrevoWriterTest, ListsAreLeftWithAPutAndContactsCreatedWithAPost) {
    mapping.event_mapping.clear();
    auto outcome = outcome_of({first.booked()});
    outcome.ledger.lists = {99};
    brevo.fail_next("update", 404);
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("update " + ada, "upsert " + ada, "send calendly_booked " + ada))
        << "one that is not there cannot leave";
}

TEST_F(BrevoWriterTest, AContactThatWasDeletedIsLeftAloneUnlessThereIsANewBooking) {
    auto outcome = outcome_of({first.booked(), first.canceled(at("14:00:00"))});
    outcome.ledger.contact_written = true;
    outcome.is_new_booking = false;
    brevo.fail_next("update", 404);
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("update " + ada)) << "nor is an event sent for it";
    EXPECT_THAT(outcome.ledger.lists, IsEmpty());
    EXPECT_EQ(counters.contacts_written, 0u);
}

TEST_F(BrevoWriterTest, AnAttributeThatBrevoRefusesIsLeftOut) {
    mapping.field_mapping.questions_and_answers = {{"phone", "SMS"}};
    auto booked = first.booked();
    booked.invitee.answers = {{"Phone", "+44 20 7946 0958"}};
    brevo.fail_next("upsert", 400, R"({"metadata":{"duplicate_identifiers":["SMS"]}})");
    auto outcome = outcome_of({booked});
    EXPECT_TRUE(perform(outcome));
    ASSERT_EQ(brevo.upserted.size(), 1u);
    EXPECT_THAT(brevo.upserted.front().attributes,
                AllOf(Contains(Key("FIRSTNAME")), Not(Contains(Key("SMS")))));
}

TEST_F(BrevoWriterTest, AKeyThatMayMeanSeveralQuestionsIsCountedAndSaidOnce) {
    std::ostringstream lines;
    log->sinks().push_back(std::make_shared<spdlog::sinks::ostream_sink_st>(lines));
    mapping.field_mapping.questions_and_answers = {{"phone", "FIRSTNAME"}};
    auto booked = first.booked();
    booked.invitee.answers = {{"Mobile phone", "1"}, {"Office phone", "2"}};
    for (int i = 0; i < 3; ++i) {
        auto outcome = outcome_of({booked});
        EXPECT_TRUE(perform(outcome));
    }
    EXPECT_EQ((counters.fallbacks[{syncing::Fallback::ambiguous_question, "phone"}]), 3u);
    EXPECT_THAT(to_string(counters.fallbacks.begin()->first), HasSubstr("no answer is taken: phone"));
    const auto said = lines.str();
    EXPECT_THAT(said, HasSubstr("'phone' stands in several questions"));
    EXPECT_EQ(said.find("stands in several"), said.rfind("stands in several"));
}

// What is asked of Brevo with a phone and more, when it refuses like this.
class RefusedAttributes : public BrevoWriterTest {
protected:
    RefusedAttributes() {
        mapping.field_mapping.questions_and_answers = {{"phone", "SMS"}, {"mobile", "WHATSAPP"}};
        brevo.account_attributes.push_back({"WHATSAPP", brevo::AttributeType::text, {}, {}});
        run(account.read());
        brevo.calls.clear();
    }

    rules::Outcome booked(const std::string& phone) {
        auto sighting = first.booked();
        sighting.invitee.answers = {{"Phone", phone}, {"Mobile", "+44 20 7946 0959"}};
        return outcome_of({sighting});
    }
};

TEST_F(RefusedAttributes, AreLeftOutOneAfterTheOtherAndCounted) {
    brevo.fail_next("upsert", 400,
                    R"({"code":"x","message":"SMS is already associated with another Contact"})");
    brevo.fail_next("upsert", 400, R"({"code":"x","message":"WHATSAPP is already associated"})");
    brevo.fail_next("upsert", 400, R"({"code":"x","message":"Attribute BOOKING_STATUS is invalid"})");
    auto outcome = booked("+44 20 7946 0958");
    EXPECT_TRUE(perform(outcome));
    ASSERT_EQ(brevo.upserted.size(), 1u);
    EXPECT_THAT(brevo.upserted.front().attributes, ElementsAre(Key("FIRSTNAME")));
    for (const auto* name : {"SMS", "WHATSAPP", "BOOKING_STATUS"}) {
        const syncing::FallbackCause cause{syncing::Fallback::attribute_refused, name};
        EXPECT_EQ(counters.fallbacks.at(cause), 1u) << name;
    }
}

TEST_F(RefusedAttributes, LeaveANewContactWithItsAddressAlone) {
    mapping.field_mapping.fields.clear();
    mapping.field_mapping.questions_and_answers = {{"phone", "SMS"}};
    mapping.event_mapping.clear();
    run(account.read());
    brevo.calls.clear();
    brevo.fail_next("upsert", 400,
                    R"({"code":"x","message":"SMS is already associated with another Contact"})");
    auto outcome = booked("+44 20 7946 0958");
    EXPECT_TRUE(perform(outcome));
    ASSERT_EQ(brevo.upserted.size(), 1u) << "made without it";
    EXPECT_THAT(brevo.upserted.front().attributes, IsEmpty());
}

TEST_F(RefusedAttributes, AreKnownInAnyCaseBeforeTheContactIsGivenUp) {
    brevo.fail_next("upsert", 400, R"({"code":"x","message":"firstname is not valid"})");
    auto outcome = booked("+44 20 7946 0958");
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.upserted.front().attributes, Not(Contains(Key("FIRSTNAME"))));
}

TEST_F(RefusedAttributes, ThatAreNoPhonesAreAProblemOfTheAccountUntilItIsReadAgain) {
    brevo.fail_next("upsert", 400, R"({"code":"x","message":"SMS is already associated"})");
    brevo.fail_next("upsert", 400, R"({"code":"x","message":"FIRSTNAME is invalid"})");
    auto outcome = booked("+44 20 7946 0958");
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(account.problem(), AllOf(HasSubstr("FIRSTNAME"), Not(HasSubstr("SMS"))));
    run(account.read());
    EXPECT_EQ(account.problem(), "");
}

TEST_F(RefusedAttributes, APhoneIsNotOfferedAgainUntilTheAnswerChanges) {
    brevo.fail_next("upsert", 400, R"({"code":"x","message":"SMS is already associated"})");
    auto outcome = booked("+44 20 7946 0958");
    EXPECT_TRUE(perform(outcome));
    const auto remembered = rules::parse_ledger(rules::serialize(outcome.ledger));

    auto same = booked("+442079460958");
    same.ledger.refused_phones = remembered.refused_phones;
    EXPECT_TRUE(perform(same));
    EXPECT_THAT(brevo.upserted.back().attributes,
                AllOf(Contains(Key("WHATSAPP")), Not(Contains(Key("SMS")))));

    auto other = booked("+44 20 7946 0960");
    other.ledger.refused_phones = remembered.refused_phones;
    EXPECT_TRUE(perform(other));
    EXPECT_THAT(brevo.upserted.back().attributes, Contains(Key("SMS")));
    EXPECT_THAT(other.ledger.refused_phones, IsEmpty());
    EXPECT_EQ(brevo.upserted.size(), 3u) << "with one refused call before them";
}

TEST_F(BrevoWriterTest, ACategoryWithoutTheOptionIsAProblemOfTheAccountAndTheRestArrives) {
    brevo.account_attributes = {{"FIRSTNAME", brevo::AttributeType::text, {}, {}},
                                {"BOOKING_STATUS", brevo::AttributeType::category, {"Booked"}, {5}},
                                {"STATE", brevo::AttributeType::category, {"new"}, {1}}};
    mapping.field_mapping.questions_and_answers = {{"state", "STATE"}};
    run(account.read());
    EXPECT_THAT(account.problem(), HasSubstr("BOOKING_STATUS: cancelled, BOOKING_STATUS: no_show"));
    auto booked = first.booked();
    booked.invitee.answers = {{"State", "confidential"}};
    auto outcome = outcome_of({booked});
    EXPECT_TRUE(perform(outcome));
    EXPECT_EQ(brevo.upserted.back().attributes.at("BOOKING_STATUS"), brevo::Value(std::int64_t{5}));
    EXPECT_THAT(brevo.upserted.back().attributes,
                AllOf(Contains(Key("FIRSTNAME")), Not(Contains(Key("STATE")))));
    EXPECT_THAT(account.problem(), AllOf(HasSubstr("some values: STATE"), Not(HasSubstr("confidential"))));
}

// The contact is there already, or will be: another agent won, or the same one a moment ago.
TEST_F(BrevoWriterTest, AConflictIsRepeatedAndThenItIsADeadLetter) {
    brevo.fail_next("upsert", 400, "{}", api::Remedy::conflict);
    auto outcome = outcome_of({first.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada, "upsert " + ada, "send calendly_booked " + ada));
    for (int i = 0; i < 9; ++i) brevo.fail_next("upsert", 400, "{}", api::Remedy::conflict);
    outcome = outcome_of({first.booked()});
    const auto performed = perform(outcome);
    ASSERT_FALSE(performed);
    EXPECT_EQ(performed.error().remedy, api::Remedy::give_up);
    EXPECT_EQ(performed.error().attempts, 8u);
}

TEST_F(BrevoWriterTest, AnEventThatIsAnsweredOddlyIsOutAndCounted) {
    brevo.event_oddity = "200 with 13 bytes";
    auto outcome = outcome_of({first.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_EQ(brevo.sent.size(), 1u);
    EXPECT_EQ(outcome.progress.sent.size(), 1u);
    EXPECT_EQ(counters.fallbacks.at({syncing::Fallback::event_answer, ""}), 1u);
}

TEST_F(BrevoWriterTest, WhoJoinsAndLeavesJoinsFirstAndLeavesWithACallOfItsOwn) {
    auto outcome = outcome_of({first.booked()});
    outcome.ledger.lists = {99};
    std::string recorded;
    brevo.on_call = [&](const std::string&) { recorded = people.people[ada].progress; };
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("upsert " + ada, "update " + ada, "send calendly_booked " + ada));
    EXPECT_THAT(brevo.upserted.front().join_lists, ElementsAre(11));
    EXPECT_THAT(brevo.upserted.front().leave_lists, IsEmpty());
    EXPECT_THAT(brevo.updated.front().join_lists, IsEmpty());
    EXPECT_THAT(brevo.updated.front().leave_lists, ElementsAre(99));
    EXPECT_THAT(brevo.updated.front().attributes, IsEmpty());
    EXPECT_THAT(rules::parse_progress(recorded).lists, UnorderedElementsAre(11, 99)) << "for both calls";
    EXPECT_THAT(outcome.ledger.lists, UnorderedElementsAre(11));
}

// It may have been deleted in Brevo.
TEST_F(BrevoWriterTest, WhoMayNotBeCreatedJoinsWithAPut) {
    auto outcome = outcome_of({first.booked()});
    outcome.ledger.contact_written = true;
    outcome.is_new_booking = false;
    outcome.ledger.lists = {99};
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("update " + ada, "update " + ada, "send calendly_booked " + ada));
    EXPECT_THAT(brevo.updated.front().join_lists, ElementsAre(11));
    EXPECT_THAT(brevo.updated.front().leave_lists, IsEmpty());
    EXPECT_THAT(brevo.updated.back().join_lists, IsEmpty());
    EXPECT_THAT(brevo.updated.back().leave_lists, ElementsAre(99));
}

TEST_F(BrevoWriterTest, WhoOnlyLeavesDoesSoWithItsAttributesInOneCall) {
    mapping.event_mapping.clear();
    auto outcome = outcome_of({first.booked()});
    outcome.ledger.lists = {99};
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.calls, ElementsAre("update " + ada, "send calendly_booked " + ada));
    EXPECT_THAT(brevo.updated.front().attributes, Contains(Key("FIRSTNAME")));
    EXPECT_THAT(brevo.updated.front().leave_lists, ElementsAre(99));
}

TEST_F(BrevoWriterTest, AfterAJoinThatCouldNotBeFollowedByTheLeavingBothAreKnown) {
    auto outcome = outcome_of({first.booked()});
    outcome.ledger.lists = {99};
    brevo.fail_next("update", 400, R"({"code":"invalid_parameter","message":"odd"})");
    EXPECT_FALSE(perform(outcome));
    syncing::HeldPerson next;
    next.lease.person = ada;
    EXPECT_THAT(open_work.load(next).lists, UnorderedElementsAre(11, 99));
    EXPECT_THAT(brevo.sent, IsEmpty());
}

TEST_F(BrevoWriterTest, ALeftListThatIsGoneIsLeft) {
    for (const auto* body : {R"({"code":"invalid_parameter","message":"List ID does not exist"})", "{}"}) {
        auto outcome = outcome_of({first.booked()});
        outcome.ledger.lists = {99};
        brevo.lists[99] = false;
        brevo.fail_next("update", 400, body);
        EXPECT_TRUE(perform(outcome));
        EXPECT_THAT(outcome.ledger.lists, UnorderedElementsAre(11));
    }
}

TEST_F(BrevoWriterTest, ARefusalThatTalksOfListsIsAboutListsFirst) {
    brevo.fail_next("upsert", 400, R"({"code":"x","message":"List of BOOKING_STATUS does not exist"})");
    auto outcome = outcome_of({first.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.upserted.front().join_lists, ElementsAre(11)) << "it is there";
    EXPECT_THAT(brevo.upserted.front().attributes, Not(Contains(Key("BOOKING_STATUS"))));
    brevo.lists[11] = false;
    brevo.fail_next("upsert", 400, R"({"code":"x","message":"List of BOOKING_STATUS does not exist"})");
    outcome = outcome_of({first.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.upserted.back().join_lists, IsEmpty());
    EXPECT_THAT(brevo.upserted.back().attributes, Contains(Key("BOOKING_STATUS")));
}

TEST_F(BrevoWriterTest, AMissingListDoesNotSayThatTheContactIsGone) {
    auto outcome = outcome_of({first.booked()});
    outcome.ledger.contact_written = true;
    outcome.is_new_booking = false;
    brevo.lists[11] = false;
    brevo.fail_next("update", 404, R"({"code":"document_not_found","message":"List ID does not exist"})");
    EXPECT_TRUE(perform(outcome));
    EXPECT_EQ(brevo.updated.size(), 1u);
    EXPECT_EQ(brevo.sent.size(), 1u);
}

TEST_F(BrevoWriterTest, AListThatWasDeletedIsLeftOut) {
    brevo.lists[11] = false;
    brevo.fail_next("upsert", 400, R"({"code":"invalid_parameter"})");
    auto outcome = outcome_of({first.booked()});
    EXPECT_TRUE(perform(outcome));
    EXPECT_THAT(brevo.upserted.front().join_lists, IsEmpty());
    EXPECT_THAT(account.problem(), HasSubstr("11"));
}

TEST_F(BrevoWriterTest, WhatBrevoRefusesForGoodIsAFailureAndJoinsNothing) {
    brevo.fail_next("upsert", 400, R"({"code":"invalid_parameter","message":"odd"})");
    auto outcome = outcome_of({first.booked()});
    const auto performed = perform(outcome);
    ASSERT_FALSE(performed);
    EXPECT_EQ(performed.error().remedy, api::Remedy::give_up);
    EXPECT_THAT(outcome.progress.lists, IsEmpty());
    EXPECT_THAT(brevo.sent, IsEmpty());
}

}  // namespace brevo_writer_test
