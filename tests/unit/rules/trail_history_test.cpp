// What was read from the API is not asked for again: only the event type's name is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/rules/trail_walk.hpp"

namespace trail_history_test {

using namespace rules_support;
using testing::ElementsAre;

class HistoryTrailTest : public testing::Test {
protected:
    Walk walk(const Delivery& told, const Ledger& ledger = {}) {
        return Walk(calendly, told, ledger, FollowLinks::always, true);
    }

    Calendly calendly;
};

TEST_F(HistoryTrailTest, ABookingAsksForTheNameOfItsTypeOnly) {
    const auto booked = walk(created(meeting.booked()));
    EXPECT_THAT(booked.asked, ElementsAre(type_path));
    EXPECT_THAT(booked.told, ElementsAre("booked 1"));
    EXPECT_EQ(booked.sightings.at(0).event_type_name, "Demo");
}

TEST_F(HistoryTrailTest, TheHalvesOfARescheduleTellOfThemselves) {
    const auto old_half = walk(canceled(meeting.moved_to("2", at("10:00:00"))));
    EXPECT_THAT(old_half.asked, ElementsAre(type_path));
    EXPECT_THAT(old_half.told, ElementsAre("moved 1"));
    const auto new_half = walk(created(next.rescheduled_from("1")));
    EXPECT_THAT(new_half.asked, ElementsAre(type_path));
    EXPECT_THAT(new_half.told, ElementsAre("rescheduled 2"));
}

TEST_F(HistoryTrailTest, ANoShowStandsAsItWasRead) {
    const auto shown = marked(meeting.booked(), "N", at("15:10:00"));
    const auto noted = walk(delivery(DeliveryKind::no_show_created, shown));
    EXPECT_THAT(noted.asked, ElementsAre(type_path));
    EXPECT_THAT(noted.told, ElementsAre("no_show 1"));
    const auto known = fold_all({meeting.booked(), meeting.no_show("N", at("15:10:00"))});
    const auto undone =
        walk(delivery(DeliveryKind::no_show_deleted, meeting.booked(), at("16:00:00")), known);
    EXPECT_THAT(undone.asked, ElementsAre(type_path));
    EXPECT_THAT(undone.told, ElementsAre("undone 1"));
}

// Somebody else may write to the stream.
TEST_F(HistoryTrailTest, AMeetingThatIsNotThereIsAskedFor) {
    calendly.has_event(meeting.booked());
    auto told = created(meeting.booked());
    told.scheduled_event.reset();
    EXPECT_THAT(walk(told).told, ElementsAre("booked 1"));
}

}  // namespace trail_history_test
