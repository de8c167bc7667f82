// The two halves of a reschedule: which one brings the other along.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/rules/trail_walk.hpp"

namespace trail_halves_test {

using namespace rules_support;
using testing::ElementsAre;

TEST(TrailHalves, ANewHalfWhoseOldOneIsAnotherPersonsTellsThemThatItIsGone) {
    Calendly calendly;
    calendly.has(of(meeting.moved_to("2", at("10:00:00")), "eve@example.com"));
    const Walk walk(calendly, created(next.rescheduled_from("1")), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(next), invitee_path(meeting),
                                        event_path(meeting), type_path))
        << "the old half's event comes without a copy";
    EXPECT_THAT(walk.told, ElementsAre("moved 1 eve@example.com", "rescheduled 2"));
    EXPECT_EQ(walk.fallback_of(invitee_path(meeting)),
              "old half of a reschedule, its own delivery will tell");
}

TEST(TrailHalves, OldHalvesAreFollowedAsLongAsThePersonChanges) {
    Calendly calendly;
    auto second = of(next.moved_to("3", at("11:00:00")), "eve@example.com");
    second.invitee.old_invitee = invitee_uri("1");
    calendly.has(second);
    calendly.has(of(meeting.moved_to("2", at("10:00:00")), "bob@example.com"));
    const Walk walk(calendly, created(last.rescheduled_from("2")), {});
    EXPECT_THAT(walk.told,
                ElementsAre("moved 2 eve@example.com", "moved 1 bob@example.com", "rescheduled 3"));
}

TEST(TrailHalves, AnOldHalfOfTheSamePersonIsLeftToItsOwnDelivery) {
    Calendly calendly;
    calendly.has(of(meeting.moved_to("2", at("10:00:00")), " ADA@example.com"));
    EXPECT_THAT(Walk(calendly, created(next.rescheduled_from("1")), {}).told, ElementsAre("rescheduled 2"));
}

TEST(TrailHalves, AnOldHalfThatTheLedgerKnowsIsNotAskedFor) {
    const auto ledger = fold_all({meeting.booked()});
    const Walk walk(Calendly(), created(next.rescheduled_from("1")), ledger);
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(next)));
    Ledger by_its_uri_alone;
    by_its_uri_alone.bookings[invitee_uri("1")];
    EXPECT_EQ(Walk(Calendly(), created(next.rescheduled_from("1")), by_its_uri_alone).asked.size(), 3u);
}

TEST(TrailHalves, AnOldHalfIsAskedForOnceTheNewOneIsNews) {
    const auto ledger = fold_all({next.booked()});
    const Walk walk(Calendly(), created(next.rescheduled_from("1")), ledger);
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(next)));
}

TEST(TrailHalves, AnOldHalfWithoutItsInviteeOrItsEventIsNoHindrance) {
    EXPECT_THAT(Walk(Calendly(), created(next.rescheduled_from("1")), {}).told, ElementsAre("rescheduled 2"));
    Calendly calendly;
    auto old = of(meeting.moved_to("2", at("10:00:00")), "eve@example.com");
    calendly.has_invitee(old);
    EXPECT_THAT(Walk(calendly, created(next.rescheduled_from("1")), {}).told,
                ElementsAre("moved 1 eve@example.com", "rescheduled 2"))
        << "its booking matters, not its event";
    old.invitee.event = "nowhere";
    calendly.has_invitee(old);
    EXPECT_THAT(Walk(calendly, created(next.rescheduled_from("1")), {}).told, ElementsAre("rescheduled 2"));
}

TEST(TrailHalves, ACancellationIsTold) {
    const Walk walk(Calendly(), canceled(meeting.canceled(at("11:00:00"))), {});
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)));
    EXPECT_THAT(walk.told, ElementsAre("canceled 1"));
}

TEST(TrailHalves, AnOldHalfBringsItsNewOneAlong) {
    Calendly calendly;
    calendly.has(next.base());
    const Walk walk(calendly, canceled(meeting.moved_to("2", at("10:00:00"))), {});
    EXPECT_THAT(walk.asked,
                ElementsAre(type_path, event_path(meeting), invitee_path(next), event_path(next)));
    ASSERT_THAT(walk.told, ElementsAre("moved 1", "rescheduled 2"));
    EXPECT_EQ(walk.sightings[1].invitee.old_invitee, invitee_uri("1"));
    EXPECT_EQ(walk.sightings[1].event_type_name, "Demo");
    EXPECT_EQ(walk.fallback_of(invitee_path(next)), "new half of a reschedule, its own delivery will tell");
}

TEST(TrailHalves, ANewHalfThatWasMovedOrCanceledAgainTellsThatToo) {
    Calendly calendly;
    calendly.has(next.moved_to("3", at("11:00:00")));
    calendly.has(last.canceled(at("11:30:00")));
    const Walk walk(calendly, canceled(meeting.moved_to("2", at("10:00:00"))), {});
    EXPECT_THAT(walk.told, ElementsAre("moved 1", "rescheduled 2", "moved 2", "rescheduled 3", "canceled 3"));
}

TEST(TrailHalves, MovesInACircleEnd) {
    Calendly calendly;
    calendly.has(next.moved_to("3", at("11:00:00")));
    calendly.has(last.moved_to("2", at("11:30:00")));
    const Walk walk(calendly, canceled(meeting.moved_to("2", at("10:00:00"))), {});
    EXPECT_THAT(walk.told, ElementsAre("moved 1", "rescheduled 2", "moved 2", "rescheduled 3", "moved 3"));
}

// The origin of a link may be the public or the configured one: it is the same half.
TEST(TrailHalves, MovesInACircleEndHoweverTheirLinksAreWritten) {
    const auto as_configured = [](std::string uri) { return "https://calendly.test" + path_of(uri); };
    Calendly calendly;
    auto second = next.moved_to("3", at("11:00:00"));
    second.invitee.new_invitee = as_configured(invitee_uri("3"));
    second.invitee.uri = as_configured(second.invitee.uri);
    calendly.answers[invitee_path(next)] = second.invitee;
    calendly.has_event(second);
    calendly.has(last.moved_to("2", at("11:30:00")));
    const Walk walk(calendly, canceled(meeting.moved_to("2", at("10:00:00"))), {});
    EXPECT_THAT(walk.told, ElementsAre("moved 1", "rescheduled 2", "moved 2", "rescheduled 3", "moved 3"));
}

TEST(TrailHalves, OldHalvesInACircleEnd) {
    Calendly calendly;
    auto second = of(next.moved_to("3", at("11:00:00")), "eve@example.com");
    second.invitee.old_invitee = "https://calendly.test" + invitee_path(meeting);
    auto first = of(meeting.moved_to("2", at("10:00:00")), "bob@example.com");
    first.invitee.old_invitee = "https://calendly.test" + invitee_path(next);
    calendly.has(second);
    calendly.has(first);
    const Walk walk(calendly, created(last.rescheduled_from("2")), {});
    EXPECT_THAT(walk.told,
                ElementsAre("moved 2 eve@example.com", "moved 1 bob@example.com", "rescheduled 3"));
}

TEST(TrailHalves, ANewHalfThatTheLedgerKnowsIsNotAskedFor) {
    const auto ledger = fold_all({next.rescheduled_from("1")});
    const Walk walk(Calendly(), canceled(meeting.moved_to("2", at("10:00:00"))), ledger);
    EXPECT_THAT(walk.asked, ElementsAre(type_path, event_path(meeting)));
    EXPECT_THAT(walk.told, ElementsAre("moved 1"));
}

TEST(TrailHalves, ANewHalfWithoutItsInviteeOrItsEventIsLeftToItsOwnDelivery) {
    const auto moved = canceled(meeting.moved_to("2", at("10:00:00")));
    EXPECT_THAT(Walk(Calendly(), moved, {}).told, ElementsAre("moved 1"));
    Calendly calendly;
    calendly.has_invitee(next.base());
    const Walk walk(calendly, moved, {});
    EXPECT_THAT(walk.told, ElementsAre("moved 1"));
    EXPECT_FALSE(walk.is_lost);
    EXPECT_EQ(walk.fallback_of(event_path(next)), "");
}

}  // namespace trail_halves_test
