#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/field_sources.hpp"
#include "sync/described_booking.hpp"
#include "sync/event.hpp"
#include "sync/field_source.hpp"
#include "sync/projection.hpp"
#include "sync_support.hpp"

namespace {

using namespace sync_support;
using syncing::Ledger;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

Ledger fold_all(const std::vector<Sighting>& sightings) {
    Ledger ledger;
    for (const auto& sighting : sightings) syncing::fold(ledger, sighting);
    return ledger;
}

std::string described(const Ledger& ledger) {
    const auto* booking = syncing::FieldSources(ledger).described();
    return booking ? booking->event.name : "none";
}

// As text where it is text; takes `wanted`.
std::vector<std::string> offered(const Ledger& ledger, std::string_view source,
                                 std::string_view wanted = {}) {
    std::vector<std::string> values;
    syncing::FieldSources(ledger).offer(source, [&](const syncing::FieldValue& value) {
        const auto* text = std::get_if<std::string>(&value);
        values.push_back(text ? *text : "not a text");
        return values.back() == wanted;
    });
    return values;
}

const Story first{"1", at("09:00:00"), at("15:00:00")};
const Story second{"2", at("10:00:00"), at("14:00:00"), "discovery"};
const Story third{"3", at("08:00:00"), at("13:00:00")};

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
    EXPECT_TRUE(syncing::has_other_active(ledger, invitee_uri("1"), at("13:00:00")));
    EXPECT_FALSE(syncing::has_other_active(ledger, invitee_uri("1"), at("14:00:00"))) << "it has begun";
    EXPECT_FALSE(
        syncing::has_other_active(fold_all({second.canceled(at("11:00:00"))}), invitee_uri("1"), {}));
}

class ProjectionTest : public testing::Test {
protected:
    ProjectionTest() {
        connector.event_mapping = {{"demo", type_uri("demo"), 11}, {"discovery", type_uri("discovery"), 10}};
        connector.cancellation.list_id = 20;
        connector.no_show.list_id = 21;
        connector.field_mapping.fields = {{"name", "FIRSTNAME"},         {"scheduled_at", "MEETING_DATE"},
                                          {"status", "BOOKING_STATUS"},  {"event_type_name", "TYPE"},
                                          {"booking_count", "BOOKINGS"}, {"cancel_reason", "REASON"}};
        connector.field_mapping.questions_and_answers = {{"company", "COMPANY"}, {"phone", "SMS"}};
        for (const auto* name :
             {"FIRSTNAME", "MEETING_DATE", "BOOKING_STATUS", "TYPE", "COMPANY", "SMS", "REASON"})
            attributes[name] = {name, brevo::AttributeType::text, {}};
        attributes["BOOKINGS"] = {"BOOKINGS", brevo::AttributeType::number, {}};
    }

    brevo::Contact project(const Ledger& ledger) {
        auto projection = syncing::project("ada@example.com", ledger, connector, account);
        problems = projection.problems;
        return projection.contact;
    }

    config::Connector connector;
    syncing::Account account;
    syncing::AccountAttributes& attributes = account.attributes;
    std::vector<std::string> problems;
};

TEST_F(ProjectionTest, ABookingBecomesAContact) {
    auto booked = first.booked();
    booked.event_type_name = "Demo";
    booked.invitee.answers = {{"Your company?", "Analytical Engines"}, {"Phone", "+44 20 7946 0958"}};
    const auto contact = project(fold_all({booked}));
    EXPECT_EQ(contact.email, "ada@example.com");
    EXPECT_THAT(contact.attributes,
                UnorderedElementsAre(Pair("FIRSTNAME", brevo::Value("Ada Lovelace")),
                                     Pair("MEETING_DATE", brevo::Value("2026-10-12T17:00:00+02:00")),
                                     Pair("BOOKING_STATUS", brevo::Value("booked")),
                                     Pair("TYPE", brevo::Value("Demo")), Pair("BOOKINGS", brevo::Value(1.0)),
                                     Pair("COMPANY", brevo::Value("Analytical Engines")),
                                     Pair("SMS", brevo::Value("+442079460958"))));
    EXPECT_THAT(contact.join_lists, ElementsAre(11));
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(ProjectionTest, DatesTakeTheFormOfTheirAttribute) {
    attributes["MEETING_DATE"].type = brevo::AttributeType::date;
    const Story late{"1", at("09:00:00"), at("22:30:00")};  // the next day in Paris
    EXPECT_EQ(project(fold_all({late.booked()})).attributes.at("MEETING_DATE"), brevo::Value("2026-10-13"));
}

TEST_F(ProjectionTest, AnUnknownZoneIsUtcAndSaid) {
    auto booked = first.booked();
    booked.invitee.timezone = "Mars/Olympus";
    EXPECT_EQ(project(fold_all({booked})).attributes.at("MEETING_DATE"),
              brevo::Value("2026-10-12T15:00:00+00:00"));
    EXPECT_THAT(problems, ElementsAre("unknown time zone, UTC used instead"));
}

TEST_F(ProjectionTest, NoZoneIsUtcAndNotSaid) {
    auto booked = first.booked();
    booked.invitee.timezone.clear();
    EXPECT_EQ(project(fold_all({booked})).attributes.at("MEETING_DATE"),
              brevo::Value("2026-10-12T15:00:00+00:00"));
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(ProjectionTest, NumbersAreReadAsTheDefaultCountryWritesThem) {
    connector.default_country = &config::numbering_plan_of("FR");
    auto booked = first.booked();
    booked.invitee.answers = {{"Phone", "06 12 34 56 78"}};
    EXPECT_EQ(project(fold_all({booked})).attributes.at("SMS"), brevo::Value("+33612345678"));
    booked.invitee.answers = {{"Phone", "020 7946 0958"}};
    project(fold_all({booked}));
    EXPECT_THAT(problems, ElementsAre("SMS: no phone number as they are written in FR"));
}

TEST_F(ProjectionTest, AnswersAreTheNewestNonEmptyOverAllBookings) {
    auto older = first.booked();
    older.invitee.answers = {{"Company", "Old"}, {"Phone", "+442079460958"}};
    auto newer = second.booked();
    newer.invitee.answers = {{"Company", "New"}, {"Phone", "  "}};
    for (const auto& order : {std::vector{older, newer}, std::vector{newer, older}}) {
        const auto contact = project(fold_all(order));
        EXPECT_EQ(contact.attributes.at("COMPANY"), brevo::Value("New"));
        EXPECT_EQ(contact.attributes.at("SMS"), brevo::Value("+442079460958"));
    }
}

// In whatever order they came: the contact is a function of what is known.
TEST_F(ProjectionTest, ABookingThatLacksAValueLeavesItToTheNext) {
    connector.field_mapping.fields.emplace_back("host_name", "HOST");
    attributes["HOST"] = {"HOST", brevo::AttributeType::text, {}};
    auto oldest = third.booked(), older = first.booked();
    oldest.event.host_name = "Grace";
    older.event.host_name = "Charles";
    std::vector sightings{oldest, older, second.booked()};
    std::vector order{0, 1, 2};
    do {
        const auto contact =
            project(fold_all({sightings[order[0]], sightings[order[1]], sightings[order[2]]}));
        EXPECT_EQ(contact.attributes.at("HOST"), brevo::Value("Charles"));
        EXPECT_EQ(contact.attributes.at("MEETING_DATE"), brevo::Value("2026-10-12T16:00:00+02:00"));
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(ProjectionTest, ABookingThatMovedStillSpeaksForOthers) {
    connector.field_mapping.fields.emplace_back("host_name", "HOST");
    attributes["HOST"] = {"HOST", brevo::AttributeType::text, {}};
    auto moved = first.moved_to("2", at("11:00:00"));
    moved.event.host_name = "Grace";
    auto next = second.rescheduled_from("1");
    EXPECT_EQ(project(fold_all({moved, next})).attributes.at("HOST"), brevo::Value("Grace"));
    next.event.host_name = "Charles";
    EXPECT_EQ(project(fold_all({moved, next})).attributes.at("HOST"), brevo::Value("Charles"));
}

TEST_F(ProjectionTest, AnAnswerThatCannotBeUsedLeavesItToTheOneBefore) {
    auto older = first.booked(), newer = second.booked();
    older.invitee.answers = {{"Phone", "+442079460958"}};
    newer.invitee.answers = {{"Phone", "call me"}};
    for (const auto& order : {std::vector{older, newer}, std::vector{newer, older}}) {
        EXPECT_EQ(project(fold_all(order)).attributes.at("SMS"), brevo::Value("+442079460958"));
        EXPECT_THAT(problems, ElementsAre("SMS: not a phone number with its country code"));
    }
}

TEST_F(ProjectionTest, AProblemIsToldOnceAnAttribute) {
    auto older = first.booked(), newer = second.booked();
    older.invitee.answers = newer.invitee.answers = {{"Phone", "call me"}};
    project(fold_all({older, newer}));
    EXPECT_THAT(problems, SizeIs(1));
}

TEST_F(ProjectionTest, AnAttributeThatTheAccountLacksIsNotSent) {
    attributes.erase("COMPANY");
    auto booked = first.booked();
    booked.invitee.answers = {{"Company", "X"}};
    EXPECT_THAT(project(fold_all({booked})).attributes, testing::Not(testing::Contains(Key("COMPANY"))));
}

TEST_F(ProjectionTest, AValueOfTheWrongTypeIsLeftOutWithAReason) {
    auto booked = first.booked();
    booked.invitee.answers = {{"Phone", "call me"}};
    EXPECT_THAT(project(fold_all({booked})).attributes, testing::Not(testing::Contains(Key("SMS"))));
    EXPECT_THAT(problems, ElementsAre("SMS: not a phone number with its country code"));
}

TEST_F(ProjectionTest, TheMappedListsOfAllBookings) {
    EXPECT_THAT(project(fold_all({first.booked(), second.booked()})).join_lists, ElementsAre(10, 11));
    const Story unmapped{"5", at("09:00:00"), at("15:00:00"), "other"};
    EXPECT_THAT(project(fold_all({unmapped.booked()})).join_lists, IsEmpty());
    connector.event_mapping[0].list_id.reset();
    EXPECT_THAT(project(fold_all({first.booked(), second.booked()})).join_lists, ElementsAre(10));
}

TEST_F(ProjectionTest, ListsThatAreNotConfiguredAreNotJoined) {
    connector.cancellation.list_id.reset();
    connector.no_show.list_id.reset();
    EXPECT_THAT(project(fold_all({first.canceled(at("11:00:00"))})).join_lists, ElementsAre(11));
    EXPECT_THAT(project(fold_all({first.no_show("N", at("15:10:00"))})).join_lists, ElementsAre(11));
}

TEST_F(ProjectionTest, ListsThatTheAccountLacksAreNeitherJoinedNorLeft) {
    account.missing_lists = {11, 20};
    auto ledger = fold_all({first.booked(), second.booked()});
    EXPECT_THAT(project(ledger).join_lists, ElementsAre(10));
    ledger.lists = {20, 21};
    EXPECT_THAT(project(ledger).leave_lists, ElementsAre(21));
}

TEST_F(ProjectionTest, TheCancellationListExactlyWhileCanceled) {
    auto ledger = fold_all({first.booked(), first.canceled(at("11:00:00"), "ill")});
    auto contact = project(ledger);
    EXPECT_THAT(contact.join_lists, ElementsAre(11, 20));
    EXPECT_THAT(contact.leave_lists, IsEmpty());
    EXPECT_EQ(contact.attributes.at("REASON"), brevo::Value("ill"));
    EXPECT_EQ(contact.attributes.at("BOOKING_STATUS"), brevo::Value("cancelled"));
    ledger.lists = {11, 20};
    const Story again{"6", at("12:00:00"), at("18:00:00")};
    syncing::fold(ledger, again.booked());
    contact = project(ledger);
    EXPECT_THAT(contact.join_lists, ElementsAre(11));
    EXPECT_THAT(contact.leave_lists, ElementsAre(20));
}

TEST_F(ProjectionTest, OnlyListsThatTheLedgerHoldsAreLeft) {
    connector.cancellation.leave_lists = true;
    auto ledger = fold_all({first.booked(), first.canceled(at("11:00:00"))});
    EXPECT_THAT(project(ledger).leave_lists, IsEmpty());
    ledger.lists = {11};
    EXPECT_THAT(project(ledger).join_lists, ElementsAre(20));
    EXPECT_THAT(project(ledger).leave_lists, ElementsAre(11));
}

TEST_F(ProjectionTest, OnlyACancellationLeavesTheListsOfItsBooking) {
    connector.cancellation.leave_lists = true;
    EXPECT_THAT(project(fold_all({first.booked()})).join_lists, ElementsAre(11));
    EXPECT_THAT(project(fold_all({first.no_show("N", at("15:10:00"))})).join_lists, ElementsAre(11, 21));
    EXPECT_THAT(project(fold_all({first.canceled(at("11:00:00"))})).join_lists, ElementsAre(20));
}

TEST_F(ProjectionTest, TheNoShowListExactlyWhileNoShow) {
    auto ledger = fold_all({first.booked(), first.no_show("N", at("15:10:00"))});
    EXPECT_THAT(project(ledger).join_lists, ElementsAre(11, 21));
    ledger.lists = {11, 21};
    syncing::fold(ledger, first.undone("N", at("15:20:00")));
    EXPECT_THAT(project(ledger).leave_lists, ElementsAre(21));
    EXPECT_EQ(project(ledger).attributes.at("BOOKING_STATUS"), brevo::Value("booked"));
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
    for (const auto source : config::field_sources) EXPECT_THAT(offered(ledger, source), SizeIs(1)) << source;
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

TEST_F(ProjectionTest, ARoutingFormGivesAnswersAndNoStatus) {
    Ledger ledger;
    const calendly::RoutingFormSubmission form{"https://api.calendly.com/routing_form_submissions/R",
                                               {{"Company", "Engines"}, {"E-mail", "ada@example.com"}},
                                               {{"utm_source", "x"}},
                                               at("09:00:00")};
    const auto transition = syncing::fold(ledger, form);
    ASSERT_TRUE(transition);
    EXPECT_FALSE(syncing::fold(ledger, form));
    EXPECT_THAT(project(ledger).attributes, UnorderedElementsAre(Pair("COMPANY", brevo::Value("Engines")),
                                                                 Pair("BOOKINGS", brevo::Value(0.0))));
    const auto event = syncing::make_event("ada@example.com", ledger, *transition);
    EXPECT_EQ(event.name, "calendly_form_submitted");
    EXPECT_EQ(event.properties.at("utm_source").as_string(), "x");
    auto booked = second.booked();
    booked.invitee.answers = {{"Company", "Newer"}};
    syncing::fold(ledger, booked);
    EXPECT_EQ(project(ledger).attributes.at("COMPANY"), brevo::Value("Newer"));
    EXPECT_EQ(syncing::serialize(syncing::parse_ledger(syncing::serialize(ledger))),
              syncing::serialize(ledger));
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

TEST(FieldSources, WhatIsNotKnownIsNotOffered) {
    auto booked = first.booked();
    booked.event.start_time.reset();
    booked.invitee.tracking = {{"utm_source", "x"}};
    for (const auto* source : {"scheduled_at", "utm_term", "host_name", "cancel_reason"})
        EXPECT_THAT(offered(fold_all({booked}), source), IsEmpty()) << source;
    EXPECT_THAT(offered(Ledger{}, "status"), IsEmpty());
}

TEST(Event, EachChangeHasItsName) {
    EXPECT_EQ(syncing::event_name(Change::booked), "calendly_booked");
    EXPECT_EQ(syncing::event_name(Change::rescheduled), "calendly_rescheduled");
    EXPECT_EQ(syncing::event_name(Change::canceled), "calendly_canceled");
    EXPECT_EQ(syncing::event_name(Change::no_show), "calendly_no_show");
    EXPECT_EQ(syncing::event_name(Change::no_show_undone), "calendly_no_show_undone");
    EXPECT_EQ(syncing::event_name(Change::form_submitted), "calendly_form_submitted");
}

TEST(Event, LeavesOutWhatIsNotKnownAndCutsWhatIsLong) {
    auto booked = first.booked();
    booked.event.end_time.reset();
    booked.event.location = std::string(3000, 'x');
    Ledger ledger;
    const auto event = syncing::make_event("ada@example.com", ledger, *syncing::fold(ledger, booked));
    EXPECT_FALSE(event.properties.contains("end_time"));
    EXPECT_FALSE(event.properties.contains("cancel_reason"));
    EXPECT_EQ(event.properties.at("location").as_string().size(), 2000u);
}

TEST(Event, NamesTheChangeAndTheBooking) {
    const Story later{"7", at("08:00:00"), at("19:00:00")};
    Ledger ledger;
    syncing::fold(ledger, first.booked());
    syncing::fold(ledger, later.booked());
    const auto transition = syncing::fold(ledger, first.canceled(at("11:00:00"), "ill"));
    ASSERT_TRUE(transition);
    const auto event = syncing::make_event("ada@example.com", ledger, *transition);
    EXPECT_EQ(event.name, "calendly_canceled");
    EXPECT_EQ(event.date, "2026-10-12T11:00:00.000000Z");
    EXPECT_EQ(event.properties.at("change_id").as_string(), "invitee.canceled:" + invitee_uri("1"));
    EXPECT_EQ(event.properties.at("cancel_reason").as_string(), "ill");
    EXPECT_EQ(event.properties.at("start_time").as_string(), "2026-10-12T17:00:00+02:00");
    EXPECT_TRUE(event.properties.at("other_active_booking").as_bool());
    EXPECT_FALSE(event.properties.contains("join_url"));
}

}  // namespace
