// Which links are followed, in which order, and what they tell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/rules/trail_walk.hpp"

namespace trail_test {

using namespace rules_support;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Trail, ABookingIsToldWithItsEventAsTheApiHasItAndTheNameOfItsType) {
    Calendly calendly;
    auto newer = meeting.base();
    newer.event.name = "Renamed";
    newer.event.location.clear();
    calendly.has_event(newer);
    auto shown = meeting.base();
    shown.event.location = "Quay 7";
    const Walk walk(calendly, created(shown), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)))
        << "the type comes first: its name serves many";
    ASSERT_THAT(walk.told, ElementsAre("booked 1"));
    EXPECT_EQ(walk.sightings[0].event.name, "Renamed");
    EXPECT_EQ(walk.sightings[0].event.location, "Quay 7") << "the delivery's copy completes it";
    EXPECT_EQ(walk.sightings[0].event_type_name, "Demo");
}

TEST(Trail, WhatTheDeliveryTellsInAnOddWayTheApiFillsIn) {
    Calendly calendly;
    auto now = meeting.base();
    now.invitee.answers = {{"Company", "Engines"}};
    now.invitee.cancellation.emplace().reason = "later";
    calendly.has(now);
    auto odd = created(meeting.base());
    odd.invitee->name.clear();
    odd.invitee->timezone = "Europe/Paris";
    odd.oddities = {"payload.name", "payload.questions_and_answers"};
    const Walk walk(calendly, odd, {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting), invitee_path(meeting)));
    ASSERT_THAT(walk.told, ElementsAre("booked 1"));
    EXPECT_EQ(walk.sightings[0].invitee.name, "Ada Lovelace");
    EXPECT_EQ(walk.sightings[0].invitee.answers.at(0).answer, "Engines");
    EXPECT_FALSE(walk.sightings[0].invitee.cancellation) << "that has a delivery of its own";
    EXPECT_EQ(Walk(Calendly(), odd, {}).is_lost, false) << "without the API the rest serves";

    odd.oddities = {"payload.scheduled_event.location"};
    EXPECT_THAT(Walk(calendly, odd, {}).asked, ElementsAre(type_path, event_path(meeting)))
        << "is asked for anyhow";
    odd.oddities = {"payload.name"};
    EXPECT_THAT(Walk(calendly, odd, {}, FollowLinks::missing).asked,
                ElementsAre(type_path, invitee_path(meeting)))
        << "what cannot be read is missing";
    odd.oddities = {"payload.scheduled_event.start_time"};
    EXPECT_THAT(Walk(calendly, odd, {}, FollowLinks::missing).asked,
                ElementsAre(type_path, event_path(meeting)));
}

TEST(Trail, AnOddCancellationIsTheOneThatTheApiHas) {
    Calendly calendly;
    auto now = meeting.base();
    now.invitee.cancellation.emplace().reason = "ill";
    now.invitee.rescheduled = true;
    calendly.has(now);
    auto odd = canceled(meeting.base());
    odd.invitee->cancellation.reset();
    odd.oddities = {"payload.cancellation", "payload.rescheduled"};
    const Walk walk(calendly, odd, {});
    ASSERT_THAT(walk.told, ElementsAre("moved 1"));
    EXPECT_EQ(walk.sightings[0].invitee.cancellation.value().reason, "ill");
}

TEST(Trail, AnswersMustBeAskedForAfterTheDeliveryExceptTheNameOfAType) {
    Calendly calendly;
    calendly.has_event(meeting.base());
    const Walk walk(calendly, created(meeting.base()), {});
    ASSERT_EQ(walk.questions.size(), 2u);
    EXPECT_EQ(walk.questions[0].asked_since, Trail::Moment::min());
    EXPECT_EQ(walk.questions[1].asked_since, received);
    EXPECT_EQ(walk.questions[1].link.kind, LinkKind::scheduled_event);
}

TEST(Trail, TheCopyInTheDeliveryServesWhereTheEventIsRefusedOrGone) {
    for (const bool is_gone : {true, false}) {
        Calendly calendly;
        if (!is_gone) calendly.refuses(event_path(meeting));
        const Walk walk(calendly, created(meeting.base()), {});
        ASSERT_THAT(walk.told, ElementsAre("booked 1"));
        EXPECT_EQ(walk.sightings[0].event.name, "Meeting 1");
        EXPECT_EQ(walk.fallback_of(event_path(meeting)), "scheduled event, its copy in the delivery serves");
    }
}

TEST(Trail, ADeliveryWithoutACopyIsLostWhereItsEventIsNotToBeHad) {
    auto old = created(meeting.base());
    old.scheduled_event.reset();
    const Walk walk(Calendly(), old, {});
    EXPECT_TRUE(walk.is_lost);
    EXPECT_EQ(walk.mistake, "") << "the API said why";
    EXPECT_EQ(walk.fallback_of(event_path(meeting)), "") << "nothing serves instead";
    EXPECT_THAT(walk.told, IsEmpty());
}

TEST(Trail, ADeliveryWithoutACopyAsksForTheTypeThatItsEventHas) {
    Calendly calendly;
    calendly.has_event(meeting.base());
    auto old = created(meeting.base());
    old.scheduled_event.reset();
    const Walk walk(calendly, old, {});
    EXPECT_THAT(walk.asked, ElementsAre(event_path(meeting), type_path));
    EXPECT_EQ(walk.sightings.at(0).event_type_name, "Demo");
}

TEST(Trail, AnEventThatHasChangedItsTypeIsNamedByTheNewOne) {
    Calendly calendly;
    auto newer = meeting.base();
    newer.event.event_type = type_uri("other");
    calendly.has_event(newer);
    calendly.answers[path_of(type_uri("other"))] = calendly::EventType{type_uri("other"), "Other"};
    const Walk walk(calendly, created(meeting.base()), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting), path_of(type_uri("other"))));
    EXPECT_EQ(walk.sightings.at(0).event_type_name, "Other");
}

TEST(Trail, ATypeWithoutANameIsNoHindrance) {
    Calendly calendly;
    calendly.has_event(meeting.base());
    calendly.refuses(type_path);
    const Walk walk(calendly, created(meeting.base()), {});
    ASSERT_THAT(walk.told, ElementsAre("booked 1"));
    EXPECT_EQ(walk.sightings[0].event_type_name, "");
    EXPECT_EQ(walk.fallback_of(type_path), "event type, the event's name serves");
}

TEST(Trail, ALinkElsewhereIsNeverFollowed) {
    auto hostile = created(meeting.base());
    hostile.invitee->event = "https://evil.example/scheduled_events/E1";
    const Walk lost(Calendly(), hostile, {});
    EXPECT_TRUE(lost.is_lost);
    EXPECT_EQ(lost.mistake, "payload.event: not the URI of a scheduled event of Calendly's API");
    EXPECT_THAT(lost.asked, IsEmpty());
    hostile.invitee->event = invitee_uri("1");
    EXPECT_TRUE(Walk(Calendly(), hostile, {}).is_lost) << "of another kind";
    hostile.invitee->event = "https://calendly.test/scheduled_events/E1";
    EXPECT_FALSE(Walk(Calendly(), hostile, {}).is_lost) << "the configured API";
}

TEST(Trail, OnlyWhatIsMissingIsAskedForWhenLinksAreNotToBeFollowed) {
    auto shown = marked(meeting.base(), "N", at("12:00:00"));
    const Walk walk(Calendly(), delivery(DeliveryKind::no_show_created, shown), {}, FollowLinks::missing);
    EXPECT_THAT(walk.asked, ElementsAre(type_path)) << "no delivery tells its name";
    EXPECT_THAT(walk.told, ElementsAre("no_show 1")) << "the delivery's word serves";
    auto old = created(meeting.base());
    old.scheduled_event.reset();
    Calendly calendly;
    calendly.has_event(meeting.base());
    EXPECT_THAT(Walk(calendly, old, {}, FollowLinks::missing).asked,
                ElementsAre(event_path(meeting), type_path));
}

TEST(Trail, AnInviteeThatIsShownCanceledIsNotAskedForWhenLinksAreNotToBeFollowed) {
    const auto shown = created(meeting.canceled(at("11:00:00")));
    const Walk walk(Calendly(), shown, {}, FollowLinks::missing);
    EXPECT_THAT(walk.asked, ElementsAre(type_path));
    EXPECT_THAT(walk.told, ElementsAre("booked 1", "canceled 1"));
}

TEST(Trail, ANoShowThatStandsIsTold) {
    Calendly calendly;
    calendly.has_event(meeting.base());
    calendly.has_no_show("N");
    const auto told = delivery(DeliveryKind::no_show_created, marked(meeting.base(), "N", at("12:00:00")));
    const Walk walk(calendly, told, {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting), no_show_path("N")));
    EXPECT_THAT(walk.told, ElementsAre("no_show 1"));
    EXPECT_EQ(walk.sightings.at(0).at, at("12:00:00"));
    EXPECT_TRUE(walk.questions.at(2).can_be_gone);
}

TEST(Trail, ANoShowThatStandsCameLastWhateverTheClocksSay) {
    Calendly calendly;
    calendly.has_no_show("N");
    const auto told = delivery(DeliveryKind::no_show_created, marked(meeting.base(), "N", at("12:00:00")));
    const auto ledger = fold_all({meeting.booked(), meeting.undone("M", at("12:30:00"))});
    EXPECT_EQ(Walk(calendly, told, ledger).sightings.at(0).at, at("12:30:00"));
}

TEST(Trail, ANoShowThatIsGoneWasUndoneAndNeedsNothingMore) {
    const auto told =
        delivery(DeliveryKind::no_show_created, marked(meeting.base(), "N", at("12:00:00")), at("12:00:01"));
    const Walk walk(Calendly(), told, {});
    ASSERT_THAT(walk.told, ElementsAre("undone 1"));
    EXPECT_EQ(walk.sightings[0].at, at("12:00:01")) << "the later of the mark and the delivery";
    EXPECT_EQ(walk.sightings[0].change_id, rules::no_show_id(no_show_uri("N")));
    EXPECT_EQ(walk.sightings[0].no_show, no_show_uri("N"));
}

TEST(Trail, ANoShowThatTheApiDoesNotShowIsTakenAtTheDeliverysWord) {
    Calendly calendly;
    calendly.refuses(no_show_path("N"));
    const auto told = delivery(DeliveryKind::no_show_created, marked(meeting.base(), "N", at("12:00:00")));
    const Walk walk(calendly, told, fold_all({meeting.booked(), meeting.undone("M", at("12:30:00"))}));
    EXPECT_THAT(walk.told, ElementsAre("no_show 1"));
    EXPECT_EQ(walk.sightings.at(0).at, at("12:00:00"));
    EXPECT_EQ(walk.fallback_of(no_show_path("N")), "no-show, the delivery's word serves");
}

TEST(Trail, AnUndoingNamesNoNoShowSoTheOneOfTheLedgerIsAskedFor) {
    const auto told = delivery(DeliveryKind::no_show_deleted, meeting.base(), at("12:10:00"));
    const auto ledger = fold_all({meeting.booked(), meeting.no_show("N", at("12:00:00"))});
    const Walk gone(Calendly(), told, ledger);
    EXPECT_THAT(gone.asked, ElementsAre(type_path, event_path(meeting), no_show_path("N")));
    ASSERT_THAT(gone.told, ElementsAre("undone 1"));
    EXPECT_EQ(gone.sightings[0].change_id, rules::no_show_undone_id(no_show_uri("N")));
    EXPECT_EQ(gone.sightings[0].at, at("12:10:00"));
    Calendly calendly;
    calendly.has_no_show("N");
    EXPECT_THAT(Walk(calendly, told, ledger).told, IsEmpty()) << "a later one stands";
}

TEST(Trail, AnUndoingOfWhatTheLedgerDoesNotHoldCountsAsAChangeOfAnUnknownNoShow) {
    const auto told = delivery(DeliveryKind::no_show_deleted, meeting.base(), at("12:10:00"));
    for (const auto& ledger : {Ledger{}, fold_all({meeting.booked()})}) {
        const Walk walk(Calendly(), told, ledger);
        EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)));
        ASSERT_THAT(walk.told, ElementsAre("undone 1"));
        EXPECT_EQ(walk.sightings[0].change_id, "");
        EXPECT_EQ(walk.sightings[0].at, at("12:10:00"));
    }
}

TEST(Trail, AnUndoingThatTheApiDoesNotProveIsOfTheMarkUnlessThatIsSurelyLater) {
    Calendly calendly;
    calendly.refuses(no_show_path("N"));
    const auto told = delivery(DeliveryKind::no_show_deleted, meeting.base(), at("12:10:00"));
    const auto undone_by = [&](const std::string& mark) {
        const auto ledger = fold_all({meeting.booked(), meeting.no_show("N", at(mark))});
        return Walk(calendly, told, ledger).told;
    };
    EXPECT_THAT(undone_by("12:00:00"), ElementsAre("undone 1"));
    EXPECT_THAT(undone_by("12:10:00.9"), ElementsAre("undone 1")) << "envelopes are precise to the second";
    EXPECT_THAT(undone_by("12:10:01"), IsEmpty());
}

TEST(Trail, ANoShowWhoseLinkIsNoneIsAskedOfNobody) {
    auto shown = marked(meeting.base(), "N", at("12:00:00"));
    shown.invitee.no_show->uri = "https://evil.example/invitee_no_shows/N";
    const Walk walk(Calendly(), delivery(DeliveryKind::no_show_created, shown), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)));
    EXPECT_THAT(walk.told, ElementsAre("no_show 1"));
}

TEST(Trail, ADeliveryThatShowsMoreThanIsKnownAsksForTheInviteeAsItIsNow) {
    Calendly calendly;
    auto now = marked(meeting.canceled(at("11:00:00"), "ill"), "N", at("10:30:00"));
    calendly.has_invitee(now);
    const Walk walk(calendly, created(meeting.canceled(at("11:00:00"))), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting), invitee_path(meeting)));
    ASSERT_THAT(walk.told, ElementsAre("booked 1", "no_show 1", "canceled 1"));
    EXPECT_EQ(walk.sightings[2].invitee.cancellation->reason, "ill");
    EXPECT_EQ(walk.fallback_of(invitee_path(meeting)), "invitee, the delivery's word serves");
}

TEST(Trail, TheDeliverysWordServesWhereTheInviteeIsNotToBeHad) {
    const Walk walk(Calendly(), created(meeting.canceled(at("11:00:00"))), {});
    EXPECT_THAT(walk.told, ElementsAre("booked 1", "canceled 1"));
}

TEST(Trail, AnInviteeThatWasMovedMeanwhileBringsItsNewHalfAlong) {
    Calendly calendly;
    calendly.has_invitee(meeting.moved_to("2", at("10:00:00")));
    calendly.has(next.base());
    const Walk walk(calendly, created(meeting.canceled(at("10:00:00"))), {});
    EXPECT_THAT(walk.told, ElementsAre("booked 1", "moved 1", "rescheduled 2"));
}

TEST(Trail, ADisagreementIsSettledAfterTheNewHalves) {
    Calendly calendly;
    const auto shown = marked(meeting.moved_to("2", at("10:00:00")), "N", at("09:30:00"));
    calendly.has_invitee(shown);
    calendly.has(next.base());
    const Walk walk(calendly, canceled(shown), {});
    EXPECT_THAT(walk.told, ElementsAre("moved 1", "rescheduled 2", "no_show 1", "moved 1"))
        << "the new half is not brought along twice";
}

TEST(Trail, ADeliveryOfAnotherKindTellsNothing) {
    EXPECT_THAT(Walk(Calendly(), delivery(DeliveryKind::other, meeting.base()), {}).told, IsEmpty());
}

}  // namespace trail_test
