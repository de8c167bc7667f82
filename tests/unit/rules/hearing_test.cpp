// What a back-fill tells quietly: attributes and counts show it, lists and automations do not hear of it.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules/contact.hpp"
#include "rules/hearing.hpp"
#include "unit/rules/support.hpp"

namespace hearing_test {

using namespace rules_support;
using namespace std::chrono_literals;
using rules::Ledger;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Sighting quiet(Sighting sighting) {
    sighting.hearing.lists = sighting.hearing.events = false;
    return sighting;
}

TEST(Hearing, AWebhookAndAReconciliationAreHeardByAll) {
    for (const bool is_reconcile : {false, true}) {
        const auto hearing = rules::hearing_of(
            {.is_reconcile = is_reconcile, .appended_at = at("09:00:00") + 2400h}, at("09:00:00"));
        EXPECT_TRUE(hearing.events && hearing.lists);
        EXPECT_EQ(hearing.is_missed, is_reconcile);
    }
}

TEST(Hearing, ABackFillIsQuietButForWhatItIsToldOtherwise) {
    for (const bool events : {false, true})
        for (const bool lists : {false, true}) {
            const auto hearing = rules::hearing_of({.is_backfill = true,
                                                    .with_events = events,
                                                    .with_lists = lists,
                                                    .appended_at = at("09:00:00") + 24h},
                                                   at("09:00:00"));
            EXPECT_EQ(hearing.events, events);
            EXPECT_EQ(hearing.lists, lists);
            EXPECT_FALSE(hearing.is_missed);
        }
}

TEST(Hearing, WhatChangedLessThanADayBeforeIsNotQuiet) {
    const rules::Telling telling{.is_backfill = true, .appended_at = at("09:00:00") + 24h};
    EXPECT_TRUE(rules::hearing_of(telling, at("09:00:00") + 1us).lists);
    EXPECT_TRUE(rules::hearing_of(telling, at("09:00:00") + 1us).events);
    EXPECT_FALSE(rules::hearing_of(telling, at("09:00:00")).events);
}

class QuietTest : public testing::Test {
protected:
    QuietTest() {
        mapping.event_mapping = {{"demo", type_uri("demo"), 11}, {"discovery", type_uri("discovery"), 10}};
        mapping.cancellation = {20, true};
        mapping.no_show.list_id = 21;
        mapping.field_mapping.fields = {{"status", "BOOKING_STATUS"}, {"booking_count", "BOOKINGS"}};
        account.attributes["BOOKING_STATUS"] = {"BOOKING_STATUS", brevo::AttributeType::text, {}};
        account.attributes["BOOKINGS"] = {"BOOKINGS", brevo::AttributeType::number, {}};
    }

    brevo::Contact project(const Ledger& ledger) {
        return rules::project("ada@example.com", ledger, mapping, account).contact;
    }
    std::vector<brevo::ListId> lists(const std::vector<Sighting>& sightings) {
        return project(fold_all(sightings)).join_lists;
    }

    // Whatever comes first.
    void expect_lists_in_any_order(std::vector<Sighting> sightings, std::vector<brevo::ListId> expected) {
        std::vector<std::size_t> order(sightings.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        do {
            std::vector<Sighting> told;
            std::string text;
            for (const auto i : order) {
                told.push_back(sightings[i]);
                text += std::to_string(i);
            }
            EXPECT_EQ(lists(told), expected) << text;
        } while (std::ranges::next_permutation(order).found);
    }

    rules::Mapping mapping;
    rules::Account account;
};

TEST_F(QuietTest, AQuietBookingIsCountedAndJoinsNoList) {
    const auto contact = project(fold_all({quiet(first.booked())}));
    EXPECT_THAT(contact.join_lists, IsEmpty());
    EXPECT_EQ(contact.attributes.at("BOOKING_STATUS"), brevo::Value("booked"));
    EXPECT_EQ(contact.attributes.at("BOOKINGS"), brevo::Value(1.0));
}

TEST_F(QuietTest, AnotherBookingHasItsListAllTheSame) {
    expect_lists_in_any_order({quiet(first.booked()), second.booked()}, {10});
}

TEST_F(QuietTest, AQuietCancellationNeitherLeavesNorJoinsAList) {
    auto ledger = fold_all({first.booked()});
    ledger.lists = {11};
    rules::fold(ledger, quiet(first.canceled(at("12:00:00"))));
    const auto contact = project(ledger);
    EXPECT_THAT(contact.join_lists, ElementsAre(11));
    EXPECT_THAT(contact.leave_lists, IsEmpty());
    EXPECT_EQ(contact.attributes.at("BOOKING_STATUS"), brevo::Value("cancelled"));
}

TEST_F(QuietTest, WhatListsHearDoesNotDependOnTheOrder) {
    expect_lists_in_any_order({first.booked(), quiet(first.canceled(at("12:00:00")))}, {11});
    expect_lists_in_any_order({quiet(first.booked()), first.canceled(at("12:00:00"))}, {20});
    expect_lists_in_any_order({quiet(first.booked()), quiet(first.no_show("N", at("15:10:00")))}, {});
    expect_lists_in_any_order(
        {first.booked(), quiet(first.no_show("N", at("15:10:00"))), quiet(second.booked())}, {11});
    expect_lists_in_any_order({quiet(first.booked()), first.no_show("N", at("15:10:00"))}, {11, 21});
}

TEST_F(QuietTest, ALaterChangeThatIsHeardTellsListsEverything) {
    auto ledger = fold_all({quiet(first.booked())});
    EXPECT_TRUE(ledger.bookings.at(invitee_uri("1")).is_quiet);
    rules::fold(ledger, first.no_show("N", at("15:10:00")));
    EXPECT_FALSE(ledger.bookings.at(invitee_uri("1")).is_quiet);
    EXPECT_THAT(project(ledger).join_lists, ElementsAre(11, 21));
}

TEST_F(QuietTest, TheSameChangeOnceMoreIsDone) {
    auto ledger = fold_all({quiet(first.booked())});
    EXPECT_FALSE(rules::fold(ledger, first.booked()));
    EXPECT_THAT(project(ledger).join_lists, IsEmpty());
    auto heard = fold_all({first.booked()});
    EXPECT_FALSE(rules::fold(heard, quiet(first.booked())));
    EXPECT_THAT(project(heard).join_lists, ElementsAre(11));
}

TEST_F(QuietTest, AQuietRescheduleLeavesListsAsTheyWere) {
    mapping.event_mapping[1].event_type_uri = type_uri("other");
    const auto later = quiet(second.rescheduled_from("1"));
    expect_lists_in_any_order({first.booked(), quiet(first.moved_to("2", at("10:00:00"))), later}, {11});
}

TEST_F(QuietTest, AStateThatIsNotActedOnStaysBookedForListsToo) {
    mapping.sync.cancellations = false;
    expect_lists_in_any_order({first.booked(), quiet(second.booked()), first.canceled(at("12:00:00"))}, {11});
}

TEST_F(QuietTest, TheLedgerKeepsWhatIsQuietAndNothingOfWhatIsNot) {
    const auto loud = rules::serialize(fold_all({first.booked()}));
    EXPECT_THAT(loud, Not(HasSubstr("quiet")));
    EXPECT_THAT(loud, Not(HasSubstr("heard")));
    const auto text = rules::serialize(
        fold_all({first.booked(), quiet(first.canceled(at("12:00:00"))), quiet(second.booked())}));
    const auto read = rules::parse_ledger(text);
    EXPECT_EQ(rules::serialize(read), text);
    EXPECT_THAT(project(read).join_lists, ElementsAre(11));
    EXPECT_TRUE(read.bookings.at(invitee_uri("2")).is_quiet);
    EXPECT_FALSE(read.bookings.at(invitee_uri("2")).heard);
}

}  // namespace hearing_test
