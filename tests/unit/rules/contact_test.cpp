// The contact and the events that a person's bookings make.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/brevo_event.hpp"
#include "rules/contact.hpp"
#include "unit/rules/support.hpp"

namespace rules_contact_test {

using namespace rules_support;
using rules::Ledger;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class ProjectionTest : public testing::Test {
protected:
    ProjectionTest() {
        mapping.event_mapping = {{"demo", type_uri("demo"), 11}, {"discovery", type_uri("discovery"), 10}};
        mapping.cancellation.list_id = 20;
        mapping.no_show.list_id = 21;
        mapping.field_mapping.fields = {{"name", "FIRSTNAME"},         {"scheduled_at", "MEETING_DATE"},
                                        {"status", "BOOKING_STATUS"},  {"event_type_name", "TYPE"},
                                        {"booking_count", "BOOKINGS"}, {"cancel_reason", "REASON"}};
        mapping.field_mapping.questions_and_answers = {{"company", "COMPANY"}, {"phone", "SMS"}};
        for (const auto* name :
             {"FIRSTNAME", "MEETING_DATE", "BOOKING_STATUS", "TYPE", "COMPANY", "SMS", "REASON"})
            attributes[name] = {name, brevo::AttributeType::text, {}};
        attributes["BOOKINGS"] = {"BOOKINGS", brevo::AttributeType::number, {}};
    }

    brevo::Contact project(const Ledger& ledger) {
        auto projection = rules::project("ada@example.com", ledger, mapping, account);
        problems = projection.problems;
        return projection.contact;
    }

    rules::Mapping mapping;
    rules::Account account;
    rules::AccountAttributes& attributes = account.attributes;
    std::vector<std::string> problems;
};

TEST_F(ProjectionTest, AnEventTypeIsKnownByItsPath) {
    mapping.event_mapping[0].event_type_uri = "http://localhost:8080/event_types/demo";
    EXPECT_THAT(project(fold_all({first.booked()})).join_lists, ElementsAre(11));
    mapping.event_mapping[0].event_type_uri = "https://api.calendly.com/event_types/demo2";
    EXPECT_THAT(project(fold_all({first.booked()})).join_lists, IsEmpty());
}

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

// Whatever was told first, and whatever else is written later.
TEST_F(ProjectionTest, WhatIsNotActedOnHasNotHappened) {
    mapping.sync.cancellations = mapping.sync.no_shows = false;
    for (const auto& ledger : {fold_all({first.booked(), first.canceled(at("14:30:00"))}),
                               fold_all({first.canceled(at("14:30:00")), first.booked()}),
                               fold_all({first.booked(), first.no_show("N", at("15:10:00"))})}) {
        const auto contact = project(ledger);
        EXPECT_EQ(contact.attributes.at("BOOKING_STATUS"), brevo::Value("booked"));
        EXPECT_THAT(contact.join_lists, ElementsAre(11));
    }
    mapping.sync = {.cancellations = true, .no_shows = false};
    EXPECT_EQ(
        project(fold_all({first.booked(), first.canceled(at("14:30:00"))})).attributes.at("BOOKING_STATUS"),
        brevo::Value("cancelled"));
    mapping.sync = {.cancellations = false, .no_shows = true};
    EXPECT_EQ(project(fold_all({first.booked(), first.no_show("N", at("15:10:00"))}))
                  .attributes.at("BOOKING_STATUS"),
              brevo::Value("no_show"));
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
    mapping.default_country = &rules::numbering_plan_of("FR");
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
    mapping.field_mapping.fields.emplace_back("host_name", "HOST");
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
    mapping.field_mapping.fields.emplace_back("host_name", "HOST");
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
    mapping.event_mapping[0].list_id.reset();
    EXPECT_THAT(project(fold_all({first.booked(), second.booked()})).join_lists, ElementsAre(10));
}

TEST_F(ProjectionTest, ListsThatAreNotConfiguredAreNotJoined) {
    mapping.cancellation.list_id.reset();
    mapping.no_show.list_id.reset();
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
    rules::fold(ledger, again.booked());
    contact = project(ledger);
    EXPECT_THAT(contact.join_lists, ElementsAre(11));
    EXPECT_THAT(contact.leave_lists, ElementsAre(20));
}

TEST_F(ProjectionTest, OnlyListsThatTheLedgerHoldsAreLeft) {
    mapping.cancellation.leave_lists = true;
    auto ledger = fold_all({first.booked(), first.canceled(at("11:00:00"))});
    EXPECT_THAT(project(ledger).leave_lists, IsEmpty());
    ledger.lists = {11};
    EXPECT_THAT(project(ledger).join_lists, ElementsAre(20));
    EXPECT_THAT(project(ledger).leave_lists, ElementsAre(11));
}

TEST_F(ProjectionTest, OnlyACancellationLeavesTheListsOfItsBooking) {
    mapping.cancellation.leave_lists = true;
    EXPECT_THAT(project(fold_all({first.booked()})).join_lists, ElementsAre(11));
    EXPECT_THAT(project(fold_all({first.no_show("N", at("15:10:00"))})).join_lists, ElementsAre(11, 21));
    EXPECT_THAT(project(fold_all({first.canceled(at("11:00:00"))})).join_lists, ElementsAre(20));
}

TEST_F(ProjectionTest, TheNoShowListExactlyWhileNoShow) {
    auto ledger = fold_all({first.booked(), first.no_show("N", at("15:10:00"))});
    EXPECT_THAT(project(ledger).join_lists, ElementsAre(11, 21));
    ledger.lists = {11, 21};
    rules::fold(ledger, first.undone("N", at("15:20:00")));
    EXPECT_THAT(project(ledger).leave_lists, ElementsAre(21));
    EXPECT_EQ(project(ledger).attributes.at("BOOKING_STATUS"), brevo::Value("booked"));
}

TEST_F(ProjectionTest, ARoutingFormGivesAnswersAndNoStatus) {
    Ledger ledger;
    const calendly::RoutingFormSubmission form{"https://api.calendly.com/routing_form_submissions/R",
                                               {{"Company", "Engines"}, {"E-mail", "ada@example.com"}},
                                               {{"utm_source", "x"}},
                                               at("09:00:00")};
    const auto transition = rules::fold(ledger, form);
    ASSERT_TRUE(transition);
    EXPECT_FALSE(rules::fold(ledger, form));
    EXPECT_THAT(project(ledger).attributes, UnorderedElementsAre(Pair("COMPANY", brevo::Value("Engines")),
                                                                 Pair("BOOKINGS", brevo::Value(0.0))));
    const auto event = rules::make_event("ada@example.com", ledger, *transition);
    EXPECT_EQ(event.name, "calendly_form_submitted");
    EXPECT_EQ(event.properties.at("utm_source").as_string(), "x");
    auto booked = second.booked();
    booked.invitee.answers = {{"Company", "Newer"}};
    rules::fold(ledger, booked);
    EXPECT_EQ(project(ledger).attributes.at("COMPANY"), brevo::Value("Newer"));
    EXPECT_EQ(rules::serialize(rules::parse_ledger(rules::serialize(ledger))), rules::serialize(ledger));
}

TEST(Event, EachChangeHasItsName) {
    EXPECT_EQ(rules::event_name(Change::booked), "calendly_booked");
    EXPECT_EQ(rules::event_name(Change::rescheduled), "calendly_rescheduled");
    EXPECT_EQ(rules::event_name(Change::canceled), "calendly_canceled");
    EXPECT_EQ(rules::event_name(Change::no_show), "calendly_no_show");
    EXPECT_EQ(rules::event_name(Change::no_show_undone), "calendly_no_show_undone");
    EXPECT_EQ(rules::event_name(Change::form_submitted), "calendly_form_submitted");
}

TEST(Event, LeavesOutWhatIsNotKnownAndCutsWhatIsLong) {
    auto booked = first.booked();
    booked.event.end_time.reset();
    booked.event.location = std::string(3000, 'x');
    Ledger ledger;
    const auto event = rules::make_event("ada@example.com", ledger, *rules::fold(ledger, booked));
    EXPECT_FALSE(event.properties.contains("end_time"));
    EXPECT_FALSE(event.properties.contains("cancel_reason"));
    EXPECT_EQ(event.properties.at("location").as_string().size(), 2000u);
}

TEST(Event, NamesTheChangeAndTheBooking) {
    const Story later{"7", at("08:00:00"), at("19:00:00")};
    Ledger ledger;
    rules::fold(ledger, first.booked());
    rules::fold(ledger, later.booked());
    const auto transition = rules::fold(ledger, first.canceled(at("11:00:00"), "ill"));
    ASSERT_TRUE(transition);
    const auto event = rules::make_event("ada@example.com", ledger, *transition);
    EXPECT_EQ(event.name, "calendly_canceled");
    EXPECT_EQ(event.date, "2026-10-12T11:00:00.000000Z");
    EXPECT_EQ(event.properties.at("change_id").as_string(), "invitee.canceled:" + invitee_uri("1"));
    EXPECT_EQ(event.properties.at("cancel_reason").as_string(), "ill");
    EXPECT_EQ(event.properties.at("start_time").as_string(), "2026-10-12T17:00:00+02:00");
    EXPECT_TRUE(event.properties.at("other_active_booking").as_bool());
    EXPECT_FALSE(event.properties.contains("join_url"));
}

}  // namespace rules_contact_test
