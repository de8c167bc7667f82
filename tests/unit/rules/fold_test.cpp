#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/merge.hpp"
#include "unit/rules/support.hpp"

namespace {

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

TEST(LedgerJson, WhatIsWrittenIsRead) {
    Ledger ledger;
    auto booked = moved.rescheduled_from("1");
    booked.invitee.answers = {{"Company?", "Analytical\nEngines \"Ltd\""}};
    booked.invitee.tracking = {{"utm_source", "x"}};
    booked.event_type_name = "Demo";
    fold_all(ledger, {booked, moved.no_show("N", at("16:10:00")), meeting.canceled(at("09:30:00"), "ill")});
    ledger.lists = {10, 21};
    ledger.contact_written = true;
    const auto text = rules::serialize(ledger);
    EXPECT_EQ(rules::serialize(rules::parse_ledger(text)), text);
    const auto booking = rules::parse_ledger(text).bookings.at(invitee_uri("2"));
    EXPECT_EQ(booking.state, BookingState::no_show);
    EXPECT_EQ(booking.invitee.answers.at(0).answer, "Analytical\nEngines \"Ltd\"");
    EXPECT_EQ(booking.changed_at, at("16:10:00"));
}

template <typename T>
void expect_every_member_in(const std::string& text) {
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Members>(
        [&](auto member) { EXPECT_THAT(text, testing::HasSubstr('"' + std::string(member.name) + "\":")); });
}

rules::Booking complete_booking() {
    const auto now = at("09:00:00");
    rules::Booking booking{BookingState::no_show, now, {}, {}, "Demo", "n"};
    booking.invitee = {"u",
                       "e",
                       "n",
                       "f",
                       "l",
                       "v",
                       "z",
                       "t",
                       "c",
                       "r",
                       "o",
                       "w",
                       true,
                       {{"q", "a"}},
                       {{"utm_source", "x"}},
                       calendly::Cancellation{"host", "ill", now},
                       calendly::NoShow{"n", "i", now},
                       now,
                       now};
    booking.event = {"u", "n", "t", now, now, "l", "j", "h", "e", now};
    return booking;
}

TEST(LedgerJson, EveryMemberIsKept) {
    Ledger ledger{{{"i", complete_booking()}},
                  {{"f", {"f", {{"q", "a"}}, {{"utm_term", "x"}}, at("09:00:00")}}},
                  {"done"},
                  {10},
                  true};
    const auto text = rules::serialize(ledger);
    EXPECT_EQ(rules::serialize(rules::parse_ledger(text)), text);
    expect_every_member_in<Ledger>(text);
    expect_every_member_in<rules::Booking>(text);
    expect_every_member_in<calendly::Invitee>(text);
    expect_every_member_in<calendly::Answer>(text);
    expect_every_member_in<calendly::Cancellation>(text);
    expect_every_member_in<calendly::NoShow>(text);
    expect_every_member_in<calendly::ScheduledEvent>(text);
    expect_every_member_in<calendly::RoutingFormSubmission>(text);
}

TEST(LedgerJson, MembersAtTheirDefaultAreLeftOut) {
    EXPECT_EQ(rules::serialize(Ledger{}), "{}");
    rules::Booking booking;
    booking.invitee.answers.emplace_back();
    booking.invitee.cancellation = calendly::Cancellation{"", "ill", std::nullopt};
    booking.invitee.no_show = calendly::NoShow{"n", "", std::nullopt};
    const Ledger ledger{{{"i", booking}}, {{"f", {}}}, {}, {}, false};
    const auto text = rules::serialize(ledger);
    EXPECT_EQ(text,
              R"({"bookings":{"i":{"state":3,"changed_at":0,"invitee":{"answers":[{}],)"
              R"("cancellation":{"reason":"ill"},"no_show":{"uri":"n"},"created_at":0,"updated_at":0}}},)"
              R"("forms":{"f":{"created_at":0}}})");
    EXPECT_EQ(rules::serialize(rules::parse_ledger(text)), text);
}

// Another version of the agent may not have written them.
TEST(LedgerJson, MembersThatAreAbsentAreAtTheirDefault) {
    const auto ledger = rules::parse_ledger(
        R"({"bookings":{"i":{"invitee":{"answers":[{}],"cancellation":{},"no_show":{}},"event":{}},"j":{}},)"
        R"("forms":{"f":{}}})");
    const auto& booking = ledger.bookings.at("i");
    EXPECT_EQ(booking.state, BookingState::booked);
    EXPECT_EQ(booking.changed_at, rules::Timestamp{});
    EXPECT_EQ(booking.invitee.answers.at(0).question, "");
    EXPECT_EQ(booking.invitee.cancellation.value().created_at, std::nullopt);
    EXPECT_EQ(booking.invitee.no_show.value().uri, "");
    EXPECT_EQ(ledger.bookings.at("j").invitee.uri, "");
    EXPECT_EQ(ledger.forms.at("f").created_at, rules::Timestamp{});
    EXPECT_TRUE(rules::parse_progress("{}").sent.empty());
}

TEST(Merge, GivesWhatIsAbsentAndLeavesWhatIsThere) {
    const auto written = [](const rules::Booking& booking) {
        return rules::serialize(Ledger{{{"i", booking}}, {}, {}, {}, false});
    };
    const auto complete = complete_booking();
    auto merged = complete;
    merged.invitee = {};
    merged.event = {};
    rules::take_missing(merged.invitee, complete.invitee);
    rules::take_missing(merged.event, complete.event);
    EXPECT_EQ(written(merged), written(complete));
    rules::take_missing(merged.invitee, {});
    rules::take_missing(merged.event, {});
    EXPECT_EQ(written(merged), written(complete));
}

TEST(LedgerJson, UnknownMembersAreIgnoredOtherShapesRefused) {
    EXPECT_TRUE(rules::parse_ledger(R"({"new":1,"bookings":{}})").bookings.empty());
    for (const auto* text : {"{", "[]", "{\"bookings\":[1]}", "{\"lists\":[\"x\"]}"})
        EXPECT_THROW(rules::parse_ledger(text), rules::LedgerError) << text;
}

TEST(LedgerJson, NothingStoredIsAnEmptyOne) {
    EXPECT_TRUE(rules::parse_ledger("").bookings.empty());
    EXPECT_TRUE(rules::parse_progress("").sent.empty());
}

TEST(LedgerJson, ProgressIsReadAsItWasWritten) {
    EXPECT_EQ(rules::serialize(rules::Progress{}), "");
    const auto text = rules::serialize(rules::Progress{{"invitee.created:x"}, {10, 20}});
    EXPECT_EQ(rules::parse_progress(text).sent, (std::set<std::string>{"invitee.created:x"}));
    EXPECT_EQ(rules::parse_progress(text).lists, (std::set<brevo::ListId>{10, 20}));
    EXPECT_THROW(rules::parse_progress("[]"), rules::LedgerError);
}

}  // namespace
