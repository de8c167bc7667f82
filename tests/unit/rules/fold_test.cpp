#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/rules/support.hpp"

namespace fold_test {

using namespace rules_support;
using rules::BookingState;
using rules::Ledger;
using testing::ElementsAre;

std::vector<Change> fold_all(Ledger& ledger, const std::vector<Sighting>& sightings) {
    std::vector<Change> sent;
    for (const auto& sighting : sightings)
        if (const auto transition = rules::fold(ledger, sighting)) sent.push_back(transition->change);
    return sent;
}

BookingState state_of(const Ledger& ledger, const std::string& name) {
    return ledger.bookings.at(invitee_uri(name)).state;
}

// Every order of the sightings, each one also delivered twice, ends in the same ledger.
void expect_order_does_not_matter(std::vector<Sighting> sightings) {
    std::vector<std::size_t> order(sightings.size());
    std::iota(order.begin(), order.end(), 0U);
    Ledger expected;
    fold_all(expected, sightings);
    do {
        Ledger ledger;
        for (const auto index : order) {
            rules::fold(ledger, sightings[index]);
            rules::fold(ledger, sightings[index]);
        }
        EXPECT_EQ(rules::serialize(ledger), rules::serialize(expected));
    } while (std::next_permutation(order.begin(), order.end()));
}

const Story meeting{"1", at("09:00:00"), at("15:00:00")};
const Story moved{"2", at("10:00:00"), at("16:00:00")};

TEST(Fold, AStoryInOrderIsToldAsItHappened) {
    Ledger ledger;
    EXPECT_THAT(fold_all(ledger, {meeting.booked(), meeting.no_show("N", at("15:10:00")),
                                  meeting.undone("N", at("15:20:00")), meeting.canceled(at("15:30:00"))}),
                ElementsAre(Change::booked, Change::no_show, Change::no_show_undone, Change::canceled));
}

TEST(Fold, ARepetitionIsNoNews) {
    Ledger ledger;
    EXPECT_TRUE(rules::fold(ledger, meeting.booked()));
    EXPECT_FALSE(rules::fold(ledger, meeting.booked()));
}

TEST(Fold, OrderDoesNotMatterToABookingThatIsCanceled) {
    expect_order_does_not_matter({meeting.booked(), meeting.canceled(at("11:00:00"), "ill")});
}

TEST(Fold, OrderDoesNotMatterToAReschedule) {
    expect_order_does_not_matter(
        {meeting.booked(), meeting.moved_to("2", at("10:00:00")), moved.rescheduled_from("1")});
    expect_order_does_not_matter({meeting.booked(), meeting.moved_to("2", at("10:00:00")),
                                  moved.rescheduled_from("1"), moved.canceled(at("12:00:00"))});
}

TEST(Fold, OrderDoesNotMatterToANoShow) {
    expect_order_does_not_matter({meeting.booked(), meeting.no_show("N", at("15:10:00"))});
    expect_order_does_not_matter(
        {meeting.booked(), meeting.no_show("N", at("15:10:00")), meeting.canceled(at("15:30:00"))});
}

TEST(Fold, AReplacedBookingIsNeitherCanceledNorBookedAgain) {
    Ledger ledger;
    EXPECT_THAT(fold_all(ledger, {moved.rescheduled_from("1"), meeting.moved_to("2", at("10:00:00")),
                                  meeting.booked(), meeting.canceled(at("10:30:00"))}),
                ElementsAre(Change::rescheduled));
    EXPECT_EQ(state_of(ledger, "1"), BookingState::rescheduled);
    EXPECT_EQ(state_of(ledger, "2"), BookingState::booked);
}

TEST(Fold, ATransitionThatWasOvertakenIsRecordedNotSent) {
    Ledger ledger;
    EXPECT_THAT(fold_all(ledger, {meeting.canceled(at("11:00:00")), meeting.booked()}),
                ElementsAre(Change::canceled));
    EXPECT_TRUE(ledger.done.contains(rules::created_id(invitee_uri("1"))));
}

TEST(Fold, ACancellationIsFinal) {
    Ledger ledger;
    EXPECT_THAT(fold_all(ledger, {meeting.canceled(at("15:30:00")), meeting.no_show("N", at("15:40:00"))}),
                ElementsAre(Change::canceled));
    EXPECT_EQ(state_of(ledger, "1"), BookingState::canceled);
}

TEST(Fold, ACancellationThatWasOvertakenIsRecordedNotSent) {
    Ledger ledger;
    EXPECT_THAT(fold_all(ledger, {meeting.booked(), meeting.no_show("N", at("15:40:00")),
                                  meeting.canceled(at("15:30:00"))}),
                ElementsAre(Change::booked, Change::no_show));
    EXPECT_EQ(state_of(ledger, "1"), BookingState::canceled);
}

TEST(Fold, ANoShowThatIsUndoneAlreadyIsNoNews) {
    Ledger ledger;
    EXPECT_THAT(fold_all(ledger, {meeting.booked(), meeting.undone("N", at("15:20:00")),
                                  meeting.no_show("N", at("15:10:00"))}),
                ElementsAre(Change::booked));
    EXPECT_EQ(state_of(ledger, "1"), BookingState::booked);
}

TEST(Fold, NothingIsUndoneAfterTheEnd) {
    Ledger ledger;
    EXPECT_THAT(fold_all(ledger, {meeting.canceled(at("15:30:00")), meeting.undone("N", at("15:40:00"))}),
                ElementsAre(Change::canceled));
    EXPECT_EQ(state_of(ledger, "1"), BookingState::canceled);
}

TEST(Fold, UndoingWhatIsNotHeldIsNoNewsButCountsAsAChange) {
    Ledger ledger;
    EXPECT_THAT(fold_all(ledger, {meeting.booked(), meeting.undone("", at("15:20:00"))}),
                ElementsAre(Change::booked));
    EXPECT_EQ(ledger.bookings.at(invitee_uri("1")).changed_at, at("15:20:00"));
    rules::fold(ledger, meeting.undone("", at("15:19:00")));
    EXPECT_EQ(ledger.bookings.at(invitee_uri("1")).changed_at, at("15:20:00"));
}

TEST(Fold, UndoingAnOlderNoShowLeavesTheNewerOne) {
    Ledger ledger;
    fold_all(ledger,
             {meeting.booked(), meeting.no_show("N2", at("15:30:00")), meeting.undone("N1", at("15:20:00"))});
    EXPECT_EQ(state_of(ledger, "1"), BookingState::no_show);
}

TEST(Fold, ANoShowMarkedAgainIsToldAgain) {
    Ledger ledger;
    EXPECT_THAT(
        fold_all(ledger, {meeting.booked(), meeting.no_show("N1", at("15:10:00")),
                          meeting.undone("N1", at("15:20:00")), meeting.no_show("N2", at("15:30:00"))}),
        ElementsAre(Change::booked, Change::no_show, Change::no_show_undone, Change::no_show));
}

TEST(Fold, AFormIsNoChangeOfABooking) {
    Ledger ledger;
    rules::fold(ledger, meeting.booked());
    auto form = meeting.base();
    form.change = Change::form_submitted;
    EXPECT_FALSE(rules::fold(ledger, form));
    EXPECT_EQ(state_of(ledger, "1"), BookingState::booked);
}

TEST(Fold, NothingKnownIsErasedByAnAbsentValue) {
    Ledger ledger;
    rules::fold(ledger, meeting.booked());
    auto canceled = meeting.canceled(at("11:00:00"));
    canceled.invitee.name.clear();
    canceled.event.start_time.reset();
    rules::fold(ledger, canceled);
    EXPECT_EQ(ledger.bookings.at(invitee_uri("1")).invitee.name, "Ada Lovelace");
    EXPECT_EQ(ledger.bookings.at(invitee_uri("1")).event.start_time, at("15:00:00"));
}

TEST(Fold, AStateThatIsNotKnownStaysUntilAKnownChangeLeadsOutOfIt) {
    Ledger ledger;
    fold_all(ledger, {meeting.booked()});
    auto& booking = ledger.bookings.at(invitee_uri("1"));
    booking.unknown_state = "waitlisted";
    EXPECT_THAT(fold_all(ledger, {meeting.undone("N", at("15:20:00"))}), testing::IsEmpty());
    EXPECT_EQ(booking.unknown_state, "waitlisted") << "no no-show was held: nothing is undone";
    EXPECT_EQ(booking.changed_at, at("15:20:00"));
    EXPECT_THAT(fold_all(ledger, {meeting.canceled(at("15:30:00"))}), ElementsAre(Change::canceled));
    EXPECT_EQ(booking.unknown_state, "");
    EXPECT_EQ(booking.state, BookingState::canceled);
}

}  // namespace fold_test
