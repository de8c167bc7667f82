// An entry of the timeline: its steps as they are stored, and which of several outcomes is told.
#include "rules/timeline_entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace timeline_entry_test {

using rules::Step;
using rules::StepKind;
using rules::TimelineOutcome;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(TimelineEntry, StepsAreStoredAndReadBack) {
    const rules::Steps steps{{StepKind::link, 200, 12, 1},
                             {StepKind::contact, 400, 30, 2, {"SMS", "list 10"}},
                             {StepKind::event, 0, 5, 1}};
    const auto stored = boost::json::serialize(rules::to_json(steps));
    EXPECT_EQ(stored, R"([{"kind":"link","status":200,"ms":12,"attempts":1},)"
                      R"({"kind":"contact","status":400,"ms":30,"attempts":2,"left_out":["SMS","list 10"]},)"
                      R"({"kind":"event","status":"none","ms":5,"attempts":1}])");
    EXPECT_EQ(rules::parse_steps(stored), steps);
}

TEST(TimelineEntry, WhatCannotBeReadIsNoStep) {
    for (const auto* text : {"", "nonsense", "{}", "[1,null,{}]", R"([{"kind":"other"}])"})
        EXPECT_THAT(rules::parse_steps(text), IsEmpty()) << text;
    EXPECT_EQ(rules::parse_steps(R"([{"kind":"link","status":"none","ms":"x"}])"), (rules::Steps{Step{}}));
}

TEST(TimelineEntry, OutcomesHaveTheirNames) {
    for (const auto* name : {"synced", "repeated", "quiet", "dead", "left_alone"})
        EXPECT_EQ(to_string(rules::timeline_outcome(name).value()), name);
    EXPECT_FALSE(rules::timeline_outcome("other"));
}

TEST(TimelineEntry, OfSeveralOutcomesTheOneThatSaysMoreIsTold) {
    using enum TimelineOutcome;
    EXPECT_EQ(rules::weightier(repeated, left_alone), left_alone);
    EXPECT_EQ(rules::weightier(quiet, left_alone), quiet);
    EXPECT_EQ(rules::weightier(repeated, repeated), repeated);
}

TEST(TimelineEntry, AnUpsertBelongsToAllThatWasNoRepetitionAndAnEventToItsChange) {
    rules::Timeline timeline(3);
    timeline[0].outcome = TimelineOutcome::synced;
    timeline[0].change_id = "a";
    timeline[1].outcome = TimelineOutcome::repeated;
    timeline[2].outcome = TimelineOutcome::quiet;
    timeline[2].change_id = "c";
    rules::add_contact_steps(timeline, {{StepKind::contact, 201, 1, 1}});
    rules::add_event_step(timeline, "a", {StepKind::event, 204, 1, 1});
    rules::add_event_step(timeline, "unknown", {StepKind::event, 204, 1, 1});
    EXPECT_THAT(timeline[0].steps, testing::SizeIs(2));
    EXPECT_THAT(timeline[1].steps, IsEmpty());
    EXPECT_THAT(timeline[2].steps, ElementsAre(Step{StepKind::contact, 201, 1, 1}));
}

TEST(TimelineEntry, OfAContactThatSomebodyDeletedNothingIsCalledSynced) {
    rules::Timeline timeline(2);
    timeline[0].outcome = TimelineOutcome::synced;
    rules::leave_alone(timeline);
    EXPECT_EQ(timeline[0].outcome, TimelineOutcome::left_alone);
    EXPECT_EQ(timeline[1].outcome, TimelineOutcome::repeated);
}

TEST(TimelineEntry, WhatWasSentBeforeItWasOvertakenIsCalledSynced) {
    rules::Timeline timeline(3);
    timeline[0].change_id = "sent";
    timeline[0].outcome = TimelineOutcome::left_alone;
    timeline[1].change_id = "not sent";
    timeline[1].outcome = TimelineOutcome::left_alone;
    timeline[2].change_id = "sent";
    rules::tell_what_was_sent(timeline, {"sent"});
    EXPECT_EQ(timeline[0].outcome, TimelineOutcome::synced);
    EXPECT_EQ(timeline[1].outcome, TimelineOutcome::left_alone);
    EXPECT_EQ(timeline[2].outcome, TimelineOutcome::repeated);
}

}  // namespace timeline_entry_test
