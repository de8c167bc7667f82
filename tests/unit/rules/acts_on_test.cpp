// What `cancellations: false` and `no_shows: false` mean: the one place that says so.
#include <gtest/gtest.h>

#include "rules/acts_on.hpp"
#include "unit/rules/support.hpp"

namespace acts_on_test {

using namespace rules_support;
using rules::acts_on;
using rules::BookingState;
using rules::Sync;

const Story meeting{"1", at("09:00:00"), at("15:00:00")};
const Sync no_cancellations{.cancellations = false};
const Sync no_no_shows{.no_shows = false};

TEST(Mapping, ActsOnEverythingUnlessItIsToldOtherwise) {
    for (const auto state :
         {BookingState::booked, BookingState::canceled, BookingState::no_show, BookingState::rescheduled})
        EXPECT_TRUE(acts_on(Sync{}, state));
    for (const auto& sighting :
         {meeting.booked(), meeting.canceled(at("10:00:00")), meeting.moved_to("2", at("10:00:00")),
          meeting.no_show("N", at("16:00:00")), meeting.undone("N", at("16:30:00"))})
        EXPECT_TRUE(acts_on(Sync{}, sighting));
}

TEST(Mapping, KnowsWhetherThereIsAnythingThatIsNotActedOn) {
    EXPECT_TRUE(rules::acts_on_everything(Sync{}));
    EXPECT_TRUE(rules::acts_on_everything(Sync{.contacts = false, .events = false}));
    EXPECT_FALSE(rules::acts_on_everything(no_cancellations));
    EXPECT_FALSE(rules::acts_on_everything(no_no_shows));
}

TEST(Mapping, WithoutCancellationsOnlyThatStateAndTheChangeIntoItAreLeftOut) {
    EXPECT_FALSE(acts_on(no_cancellations, BookingState::canceled));
    EXPECT_TRUE(acts_on(no_cancellations, BookingState::no_show));
    EXPECT_TRUE(acts_on(no_cancellations, BookingState::booked));
    EXPECT_FALSE(acts_on(no_cancellations, meeting.canceled(at("10:00:00"))));
    EXPECT_TRUE(acts_on(no_cancellations, meeting.no_show("N", at("16:00:00"))));
    EXPECT_TRUE(acts_on(no_cancellations, meeting.booked()));
}

TEST(Mapping, WithoutCancellationsARescheduleStillIsOne) {
    EXPECT_TRUE(acts_on(no_cancellations, BookingState::rescheduled));
    EXPECT_TRUE(acts_on(no_cancellations, meeting.moved_to("2", at("10:00:00"))));
    EXPECT_TRUE(acts_on(no_cancellations, meeting.rescheduled_from("0")));
}

TEST(Mapping, WithoutNoShowsTheirMarkAndItsUndoingAreBothLeftOut) {
    EXPECT_FALSE(acts_on(no_no_shows, BookingState::no_show));
    EXPECT_TRUE(acts_on(no_no_shows, BookingState::canceled));
    EXPECT_FALSE(acts_on(no_no_shows, meeting.no_show("N", at("16:00:00"))));
    EXPECT_FALSE(acts_on(no_no_shows, meeting.undone("N", at("16:30:00"))));
    EXPECT_TRUE(acts_on(no_no_shows, meeting.canceled(at("10:00:00"))));
}

TEST(Mapping, AFormIsAlwaysActedOn) {
    auto form = meeting.base();
    form.change = Change::form_submitted;
    EXPECT_TRUE(acts_on(Sync{.cancellations = false, .no_shows = false}, form));
}

}  // namespace acts_on_test
