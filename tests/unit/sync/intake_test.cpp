// What becomes of an entry that was read: a lane, a dead letter, or nothing.
#include <sstream>

#include <spdlog/sinks/ostream_sink.h>

#include "rules/probe.hpp"
#include "unit/sync/fixture.hpp"

namespace intake_test {

using namespace sync_support;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

// Notes the entries of each person, and holds them up when the test wants.
class NotingWork final : public syncing::BatchWork {
public:
    std::map<std::string, std::vector<std::string>> ids;

    asio::awaitable<void> process(std::string person, syncing::Batch batch) override {
        for (const auto& item : batch) ids[person].push_back(item.entry.id);
        co_return;
    }
};

class IntakeTest : public SyncTest {
protected:
    // As if the queue had handed out these bodies.
    void accept(const std::vector<std::string>& bodies) {
        for (const auto& body : bodies) queue.put(body);
        auto read = result_of(queue.read_new(bodies.size() + 1, 0ms));
        run(intake_.accept(std::move(read)));
        io.restart();
        io.poll();
    }

    std::string name_of_demo() {
        rules::Trail::Question question;
        question.link = {calendly::LinkKind::event_type, "/event_types/demo"};
        question.asked_since = rules::Trail::Moment::min();
        syncing::StepTimer timer(rules::StepKind::link);
        const auto answer = result_of(lookup_.ask(question, timer));
        return std::get<calendly::EventType>(answer.value()).name;
    }

    api::Retry calendly_retry_ = make_retry(api::ApiName::calendly);
    syncing::CalendlyLookup lookup_{calendly, calendly_retry_, waiting, counters, log};
    syncing::DeadLetters dead_letters_{letters, counters, log};
    syncing::Timing timing_;
    NotingWork work_;
    syncing::Lanes lanes_{io.get_executor(), queue, work_, interruption, redis, troubles, timing_};
    syncing::Intake intake_{false, queue, upkeep, dead_letters_, lookup_, lanes_, counters, troubles, log};
};

TEST_F(IntakeTest, ADeliveryGoesToTheLaneOfItsPerson) {
    accept({created(first.booked()), created(of_person(second.booked(), " BEA@Example.com ")),
            created(third.booked())});
    EXPECT_THAT(work_.ids[ada], ElementsAre("1-0", "3-0"));
    EXPECT_THAT(work_.ids[bea], ElementsAre("2-0"));
}

TEST_F(IntakeTest, ARoutingFormGoesToWhomeverItsAnswersName) {
    accept({R"({"event":"routing_form_submission.created","created_at":"2026-10-12T09:00:00Z","payload":{
        "uri":"https://x/F1","created_at":"2026-10-12T09:00:00Z","questions_and_answers":[
        {"question":"Name","answer":"Ada"},{"question":"Email","answer":"Ada@example.com"}]}})"});
    EXPECT_THAT(work_.ids[ada], ElementsAre("1-0"));
}

TEST_F(IntakeTest, WhatNeedsNothingIsDiscarded) {
    accept({R"({"event":"user.created"})",
            R"({"event":"event_type.updated","created_at":"2026-10-12T09:00:00Z","payload":{"uri":"u"}})"});
    EXPECT_THAT(queue.discarded, ElementsAre("1-0", "2-0"));
    EXPECT_THAT(work_.ids, IsEmpty());
    EXPECT_THAT(letters.letters, IsEmpty());
}

TEST_F(IntakeTest, AProbeIsDroppedAndItsIdNoted) {
    accept({rules::probe_body("7f3a", {})});
    EXPECT_TRUE(upkeep.shelf().find("probe:7f3a"));
    EXPECT_THAT(queue.discarded, ElementsAre("1-0"));
    EXPECT_EQ(counters.entries[syncing::EntryOutcome::probe], 1u);
    EXPECT_THAT(work_.ids, IsEmpty());
    EXPECT_THAT(letters.letters, IsEmpty());
}

TEST_F(IntakeTest, AProbeWithoutAnIdOfOursIsDroppedAllTheSame) {
    accept({R"({"event":"calendly_brevo.probe"})", rules::probe_body("} rename me", {})});
    EXPECT_THAT(queue.discarded, ElementsAre("1-0", "2-0"));
    EXPECT_TRUE(upkeep.shelf().values.empty());
    EXPECT_THAT(letters.letters, IsEmpty());
}

TEST_F(IntakeTest, AFullRedisThatNotesNoProbeHoldsNothingUp) {
    upkeep.shelf().is_full = true;
    accept({rules::probe_body("7f3a", {}), created(first.booked())});
    EXPECT_THAT(queue.discarded, ElementsAre("1-0"));
    EXPECT_THAT(work_.ids[ada], ElementsAre("2-0"));
}

TEST_F(IntakeTest, WhatIsNotCalendlysShapeGoesToTheDeadLettersWithThePlace) {
    queue.unreadable = {"9-0"};
    accept({"no JSON", R"({"event":"invitee.created","created_at":"2026-10-12T09:00:00Z","payload":{}})",
            created(of_person(first.booked(), " "))});
    ASSERT_THAT(letters.letters, SizeIs(4));
    EXPECT_THAT(letters.letters[0].reason, HasSubstr("not JSON"));
    EXPECT_EQ(letters.letters[0].entry.body, "no JSON") << "nothing is thrown away";
    EXPECT_THAT(letters.letters[1].reason, HasSubstr("payload.uri"));
    EXPECT_EQ(letters.letters[2].reason, "payload.email: empty");
    EXPECT_EQ(letters.letters[3].entry.id, "9-0");
}

TEST_F(IntakeTest, AnOddMemberIsCountedAndNamedWithoutItsValue) {
    std::ostringstream lines;
    log->sinks().push_back(std::make_shared<spdlog::sinks::ostream_sink_st>(lines));
    accept(
        {R"({"event":"invitee.created","created_at":"2026-10-12T09:00:00Z","payload":{"uri":"u","event":"e",
        "email":"ada@example.com","created_at":"2026-10-12T09:00:00Z","name":["Secret"],"tracking":7}})"});
    EXPECT_THAT(work_.ids[ada], ElementsAre("1-0"));
    EXPECT_EQ((counters.fallbacks[{syncing::Fallback::odd_member, "payload.name"}]), 1u);
    EXPECT_EQ((counters.fallbacks[{syncing::Fallback::odd_member, "payload.tracking"}]), 1u);
    EXPECT_THAT(lines.str(), HasSubstr("entry 1-0: odd member of a delivery: payload.name"));
    EXPECT_THAT(lines.str(), testing::Not(HasSubstr("Secret")));
}

// Trouble with Redis holds none of the lanes up.
TEST_F(IntakeTest, LanesGetTheirsBeforeRedisIsAsked) {
    queue.on_call = [](const std::string& call) {
        if (call.starts_with("discard")) throw redis::Error(redis::Error::Kind::connection, "gone");
    };
    EXPECT_THROW(accept({R"({"event":"user.created"})", created(first.booked())}), redis::Error);
    io.restart();
    io.poll();
    EXPECT_THAT(work_.ids[ada], ElementsAre("2-0"));
}

TEST_F(IntakeTest, WhatRedisRefusesToBuryStaysPendingAndHoldsNobodyUp) {
    letters.on_bury = [](const auto&) { throw redis::Error(redis::Error::Kind::refused, "full"); };
    accept({"no JSON", created(first.booked())});
    EXPECT_TRUE(queue.pending.contains("1-0"));
    EXPECT_THAT(work_.ids[ada], ElementsAre("2-0"));
}

TEST_F(IntakeTest, AnEventTypeThatChangedIsReadAgain) {
    calendly.event_types["/event_types/demo"] = {type_uri("demo"), "Demo"};
    EXPECT_EQ(name_of_demo(), "Demo");
    calendly.event_types["/event_types/demo"].name = "Product demo";
    EXPECT_EQ(name_of_demo(), "Demo") << "it is kept for a while";
    accept({R"({"event":"event_type.updated","created_at":"2026-10-12T09:00:00Z","payload":{"uri":")" +
            type_uri("demo") + R"("}})"});
    EXPECT_EQ(name_of_demo(), "Product demo");
}

TEST_F(IntakeTest, AStreamOfDeadLettersThatIsNoneIsNamed) {
    letters.on_bury = [](const auto&) { throw redis::BrokenKey("calendly:{a}:dead is a list"); };
    accept({"no JSON", created(first.booked())});
    EXPECT_TRUE(queue.pending.contains("1-0"));
    EXPECT_THAT(work_.ids[ada], ElementsAre("2-0"));
    ASSERT_THAT(troubles.reports(), SizeIs(1));
    EXPECT_EQ(troubles.reports().front().kind, syncing::TroubleKind::key);
}

}  // namespace intake_test
