// Which booking describes a contact, and what each source says of a person's bookings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/described_booking.hpp"
#include "rules/field_source.hpp"
#include "unit/rules/support.hpp"

namespace field_source_test {

using namespace rules_support;
using rules::Ledger;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string described(const Ledger& ledger) {
    const auto* booking = rules::FieldSources(ledger).described();
    return booking ? booking->event.name : "none";
}

// As text where it is text; takes `wanted`.
std::vector<std::string> offered(const Ledger& ledger, std::string_view source,
                                 std::string_view wanted = {}) {
    std::vector<std::string> values;
    rules::FieldSources(ledger).offer({{}, {source}}, [&](const rules::FieldValue& value) {
        const auto* text = std::get_if<std::string>(&value);
        values.push_back(text ? *text : "not a text");
        return values.back() == wanted;
    });
    return values;
}

TEST(DescribedBooking, IsTheOneThatChangedLast) {
    EXPECT_EQ(described(fold_all({first.booked(), second.booked()})), "Meeting 2");
    EXPECT_EQ(described(fold_all({second.booked(), first.booked()})), "Meeting 2");
    EXPECT_EQ(described(Ledger{}), "none");
}

TEST(DescribedBooking, IsTheSoonestOtherAfterACancellation) {
    EXPECT_EQ(described(fold_all(
                  {first.booked(), second.booked(), third.booked(), second.canceled(at("11:00:00"))})),
              "Meeting 3");
}

TEST(DescribedBooking, StaysCanceledWhenTheOthersAreOver) {
    EXPECT_EQ(described(fold_all({first.booked(), second.booked(), first.canceled(at("14:30:00"))})),
              "Meeting 1");
}

TEST(DescribedBooking, ANoShowGivesWayToAMeetingAhead) {
    const Story ahead{"4", at("08:00:00"), at("20:00:00")};
    EXPECT_EQ(described(fold_all({first.booked(), ahead.booked(), first.no_show("N", at("15:10:00"))})),
              "Meeting 4");
}

TEST(DescribedBooking, EqualTimesBookedBeforeNoShowBeforeCanceled) {
    const auto time = at("12:00:00");
    const Story now{"9", time, at("11:00:00")};  // over before it was made: not ahead of anything
    EXPECT_EQ(described(fold_all({first.canceled(time), now.booked()})), "Meeting 9");
    EXPECT_EQ(described(fold_all({now.canceled(time), third.no_show("N", time)})), "Meeting 3");
}

TEST(DescribedBooking, EqualTimesAndStatesTheLaterStartThenTheGreaterUri) {
    const Story late{"a", at("09:00:00"), at("18:00:00")};
    EXPECT_EQ(described(fold_all({late.booked(), first.booked()})), "Meeting a");
    const Story twin{"0", at("09:00:00"), at("15:00:00")};
    EXPECT_EQ(described(fold_all({twin.booked(), first.booked()})), "Meeting 1");
}

TEST(DescribedBooking, EqualStartsAmongTheSoonestTheSmallerUri) {
    const Story twin{"0", at("08:30:00"), at("13:00:00")};
    EXPECT_EQ(described(fold_all({twin.booked(), third.booked(), first.canceled(at("12:00:00"))})),
              "Meeting 0");
}

TEST(DescribedBooking, RescheduledOnesAreLeftOut) {
    const auto ledger = fold_all({first.moved_to("2", at("10:00:00"))});
    EXPECT_EQ(described(ledger), "none");
    EXPECT_THAT(offered(ledger, "status"), ElementsAre("cancelled"));
}

TEST(DescribedBooking, AnotherOneIsActiveWhileItIsBookedAndAhead) {
    const auto ledger = fold_all({first.booked(), second.booked()});
    EXPECT_TRUE(rules::has_other_active(ledger, invitee_uri("1"), at("13:00:00")));
    EXPECT_FALSE(rules::has_other_active(ledger, invitee_uri("1"), at("14:00:00"))) << "it has begun";
    EXPECT_FALSE(rules::has_other_active(fold_all({second.canceled(at("11:00:00"))}), invitee_uri("1"), {}));
}

TEST(FieldSources, EveryNameOfTheConfigurationHasAMeaning) {
    auto canceled = first.canceled(at("11:00:00"), "ill");
    canceled.invitee.text_reminder_number = "+1";
    canceled.invitee.cancel_url = canceled.invitee.reschedule_url = "https://calendly.com/x";
    for (const auto* name : {"utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term"})
        canceled.invitee.tracking.emplace_back(name, "x");
    canceled.event.location = canceled.event.join_url = canceled.event.host_name = canceled.event.host_email =
        "x";
    const auto ledger = fold_all({canceled});
    for (const auto source : rules::field_source_names())
        EXPECT_THAT(offered(ledger, source), SizeIs(1)) << source;
}

TEST(FieldSources, NamesAreThoseOfTheTableAndNoOthers) {
    for (const auto name : rules::field_source_names()) EXPECT_TRUE(rules::is_field_source(name)) << name;
    for (const auto* name : {"", "email", "questions_and_answers", "names", "page_count"})
        EXPECT_FALSE(rules::is_field_source(name)) << name;
}

TEST(FieldSources, CountsAreKnownByTheTableNotByTheirNames) {
    for (const auto* name : {"booking_count", "cancellation_count", "no_show_count"})
        EXPECT_TRUE(rules::is_count(name)) << name;
    for (const auto* name : {"name", "status", "scheduled_at", "page_count"})
        EXPECT_FALSE(rules::is_count(name)) << name;
}

TEST(FieldSources, OfferOneValueABookingUntilOneIsTaken) {
    const auto ledger = fold_all({first.booked(), second.booked(), third.booked()});
    EXPECT_THAT(offered(ledger, "event_name"), ElementsAre("Meeting 2", "Meeting 1", "Meeting 3"));
    EXPECT_THAT(offered(ledger, "event_name", "Meeting 1"), ElementsAre("Meeting 2", "Meeting 1"));
}

TEST(FieldSources, OfABookingThatMovedTellNoCancellation) {
    auto ledger = fold_all({first.canceled(at("11:00:00"), "ill")});
    EXPECT_THAT(offered(ledger, "cancel_reason"), ElementsAre("ill"));
    auto moved = first.moved_to("2", at("11:00:00"));
    moved.invitee.cancellation->reason = "moved";
    ledger = fold_all({moved});
    EXPECT_THAT(offered(ledger, "cancel_reason"), IsEmpty());
    EXPECT_THAT(offered(ledger, "canceler_type"), IsEmpty());
}

TEST(FieldSources, NamesAreSplitWhenCalendlyDoesNot) {
    const auto ledger = fold_all({first.booked()});
    EXPECT_THAT(offered(ledger, "first_name"), ElementsAre("Ada"));
    EXPECT_THAT(offered(ledger, "last_name"), ElementsAre("Lovelace"));
}

TEST(FieldSources, NamesAreSplitAsCalendlyDoes) {
    auto booked = first.booked();
    booked.invitee.name.clear();
    booked.invitee.first_name = "Ada";
    booked.invitee.last_name = "King Lovelace";
    const auto ledger = fold_all({booked});
    EXPECT_THAT(offered(ledger, "name"), ElementsAre("Ada King Lovelace"));
    EXPECT_THAT(offered(ledger, "first_name"), ElementsAre("Ada"));
    EXPECT_THAT(offered(ledger, "last_name"), ElementsAre("King Lovelace"));
}

TEST(FieldSources, ValuesAreTrimmedOfWhatNobodySees) {
    auto booked = first.booked();
    booked.invitee.name = "\u3000Ada\u00a0Lovelace\u200b";
    booked.event.location = "\u200b";
    const auto ledger = fold_all({booked});
    EXPECT_THAT(offered(ledger, "name"), ElementsAre("Ada\u00a0Lovelace"));
    EXPECT_THAT(offered(ledger, "first_name"), ElementsAre("Ada"));
    EXPECT_THAT(offered(ledger, "last_name"), ElementsAre("Lovelace"));
    EXPECT_THAT(offered(ledger, "location"), IsEmpty());
}

TEST(FieldSources, WhatIsNotKnownIsNotOffered) {
    auto booked = first.booked();
    booked.event.start_time.reset();
    booked.invitee.tracking = {{"utm_source", "x"}};
    for (const auto* source : {"scheduled_at", "utm_term", "host_name", "cancel_reason"})
        EXPECT_THAT(offered(fold_all({booked}), source), IsEmpty()) << source;
    EXPECT_THAT(offered(Ledger{}, "status"), IsEmpty());
}

}  // namespace field_source_test
