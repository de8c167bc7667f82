// What an invitee, as the listings show it, tells that the ledger does not know.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "calendly/listing_parse.hpp"
#include "calendly/parse.hpp"
#include "rules/missed_change.hpp"
#include "rules/seen_event.hpp"
#include "unit/rules/support.hpp"

namespace missed_change_test {

using namespace rules_support;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
namespace json = boost::json;

class MissedChangeTest : public testing::Test {
protected:
    MissedChangeTest() {
        invitee = {{"uri", invitee_uri("1")},
                   {"email", "ada@example.com"},
                   {"name", "Ada"},
                   {"event", event_uri("1")},
                   {"status", "active"},
                   {"rescheduled", false},
                   {"old_invitee", nullptr},
                   {"new_invitee", nullptr},
                   {"no_show", nullptr},
                   {"created_at", calendly::to_string(at("09:00:00"))},
                   {"updated_at", calendly::to_string(at("09:00:00"))}};
        event = {{"uri", event_uri("1")},
                 {"name", "Meeting"},
                 {"status", "active"},
                 {"event_type", type_uri("demo")},
                 {"updated_at", calendly::to_string(at("09:00:00"))},
                 {"invitees_counter", {{"total", 1}, {"active", 1}, {"limit", 1}}},
                 {"start_time", calendly::to_string(at("10:00:00"))},
                 {"end_time", calendly::to_string(at("10:30:00"))}};
    }
    void cancel(const std::string& when) {
        invitee["status"] = event["status"] = "canceled";
        invitee["updated_at"] = calendly::to_string(at(when));
        invitee["cancellation"] =
            event["cancellation"] = {{"created_at", calendly::to_string(at(when))}, {"reason", "Ill"}};
    }
    void mark(const std::string& name, const std::string& when) {
        invitee["no_show"] = {{"uri", no_show_uri(name)}, {"created_at", calendly::to_string(at(when))}};
    }
    std::vector<rules::MissedChange> missed(const rules::Ledger& ledger = {}) {
        return rules::missed_changes(calendly::parse_listed_invitee(invitee),
                                     calendly::parse_listed_event(event), ledger,
                                     "https://api.calendly.com/users/U", at("23:00:00"));
    }
    std::vector<std::string> names(const rules::Ledger& ledger = {}) {
        std::vector<std::string> all;
        for (const auto& change : missed(ledger)) all.push_back(change.event);
        return all;
    }
    rules::Ledger knowing(std::vector<Sighting> sightings) { return fold_all(sightings); }

    json::object invitee, event;
    const Story story{"1", at("09:00:00"), at("10:00:00")};
};

TEST_F(MissedChangeTest, ABookingThatNobodyKnows) {
    const auto changes = missed();
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].event, "invitee.created");
    EXPECT_EQ(changes[0].id, rules::created_id(invitee_uri("1")));
    EXPECT_EQ(changes[0].at, at("09:00:00"));
    const auto delivery = calendly::parse_delivery(changes[0].body);
    EXPECT_EQ(delivery.created_at, at("09:00:00"));
    EXPECT_EQ(delivery.scheduled_event->uri, event_uri("1"));
    EXPECT_THAT(delivery.oddities, IsEmpty());
    EXPECT_EQ(rules::delivery_id(delivery), changes[0].delivery_id);
    EXPECT_THAT(names(knowing({story.booked()})), IsEmpty());
}

TEST_F(MissedChangeTest, ACancellationFollowsTheBookingAsItWas) {
    cancel("09:30:00");
    EXPECT_THAT(names(), ElementsAre("invitee.created", "invitee.canceled"));
    const auto changes = missed();
    const auto booked = calendly::parse_delivery(changes[0].body);
    EXPECT_FALSE(booked.invitee->cancellation);
    EXPECT_EQ(booked.invitee->updated_at, at("09:00:00"));
    const auto canceled = calendly::parse_delivery(changes[1].body);
    EXPECT_EQ(canceled.created_at, at("09:30:00"));
    EXPECT_EQ(canceled.invitee->cancellation->reason, "Ill");
    EXPECT_THAT(names(knowing({story.booked()})), ElementsAre("invitee.canceled"));
    EXPECT_THAT(names(knowing({story.canceled(at("09:30:00"))})), ElementsAre("invitee.created"))
        << "a change that is known by a later one alone would have been a delivery, too";
    EXPECT_THAT(names(knowing({story.booked(), story.canceled(at("09:30:00"))})), IsEmpty());
}

TEST_F(MissedChangeTest, ACancellationWithoutItsMemberIsOneByItsStatus) {
    invitee["status"] = "canceled";
    invitee["updated_at"] = calendly::to_string(at("09:45:00"));
    const auto changes = missed(knowing({story.booked()}));
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].at, at("09:45:00"));
}

TEST_F(MissedChangeTest, ANoShowIsMarked) {
    mark("A", "11:00:00");
    EXPECT_THAT(names(), ElementsAre("invitee.created", "invitee_no_show.created"));
    EXPECT_FALSE(calendly::parse_delivery(missed()[0].body).invitee->no_show);
    EXPECT_EQ(missed()[1].at, at("11:00:00"));
    EXPECT_THAT(names(knowing({story.booked(), story.no_show("A", at("11:00:00"))})), IsEmpty());
}

TEST_F(MissedChangeTest, AnUndoneNoShowChangedWhenItWasSeen) {
    const auto ledger = knowing({story.booked(), story.no_show("A", at("11:00:00"))});
    const auto changes = missed(ledger);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].event, "invitee_no_show.deleted");
    EXPECT_EQ(changes[0].at, at("23:00:00"));
    EXPECT_EQ(changes[0].not_before, at("11:00:00"));
    EXPECT_EQ(changes[0].id, rules::no_show_undone_id(no_show_uri("A")));
    EXPECT_EQ(rules::delivery_id(calendly::parse_delivery(changes[0].body)), changes[0].delivery_id);
}

TEST_F(MissedChangeTest, AnotherNoShowCameAfterTheOneThatWasUndone) {
    mark("B", "12:00:00");
    const auto ledger = knowing({story.booked(), story.no_show("A", at("11:00:00"))});
    const auto changes = missed(ledger);
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0].event, "invitee_no_show.deleted");
    EXPECT_EQ(changes[0].at, at("12:00:00"));
    EXPECT_EQ(changes[1].event, "invitee_no_show.created");
    EXPECT_EQ(changes[1].at, at("12:00:00"));
}

TEST_F(MissedChangeTest, BothHalvesOfAMoveAreNamedUntilTheyAreKnown) {
    invitee["old_invitee"] = invitee_uri("0");
    const auto listed = calendly::parse_listed_invitee(invitee);
    EXPECT_THAT(rules::unknown_halves(listed.invitee, {}), ElementsAre(invitee_uri("0")));
    rules::Ledger ledger;
    ledger.done.insert(rules::canceled_id(invitee_uri("0")));
    EXPECT_THAT(rules::unknown_halves(listed.invitee, ledger), IsEmpty());
    invitee["old_invitee"] = nullptr;
    invitee["new_invitee"] = invitee_uri("2");
    EXPECT_THAT(rules::unknown_halves(calendly::parse_listed_invitee(invitee).invitee, ledger),
                ElementsAre(invitee_uri("2")));
}

TEST_F(MissedChangeTest, AMeetingIsReadAgainWhereItsListingDiffers) {
    const auto listed = calendly::parse_listed_event(event);
    const auto seen = rules::seen(listed, at("09:10:00"));
    EXPECT_EQ(rules::parse_seen(rules::to_text(seen)), seen);
    EXPECT_FALSE(rules::parse_seen("nonsense"));
    auto puzzling = seen;
    puzzling.puzzled_since = at("09:05:00");
    EXPECT_EQ(rules::parse_seen(rules::to_text(puzzling)), puzzling);
    EXPECT_TRUE(rules::needs_reading(listed, puzzling, at("09:20:00")));
    EXPECT_FALSE(rules::parse_seen("?"));
    EXPECT_TRUE(rules::needs_reading(listed, std::nullopt, at("09:20:00")));
    EXPECT_FALSE(rules::needs_reading(listed, seen, at("09:20:00")));
    const json::object differences{
        {"status", "canceled"},
        {"updated_at", calendly::to_string(at("09:15:00"))},
        {"invitees_counter", json::object{{"total", 2}, {"active", 1}, {"limit", 2}}}};
    for (const auto& [name, value] : differences) {
        auto changed = event;
        changed[name] = value;
        EXPECT_TRUE(rules::needs_reading(calendly::parse_listed_event(changed), seen, at("09:20:00")))
            << name;
    }
}

TEST_F(MissedChangeTest, AMeetingThatEndedIsReadOnceADay) {
    const auto listed = calendly::parse_listed_event(event);
    const auto before_its_end = rules::seen(listed, at("10:10:00"));
    EXPECT_FALSE(rules::needs_reading(listed, before_its_end, at("10:20:00")));
    EXPECT_TRUE(rules::needs_reading(listed, before_its_end, at("10:31:00")));
    const auto after_its_end = rules::seen(listed, at("10:31:00"));
    EXPECT_FALSE(rules::needs_reading(listed, after_its_end, at("23:00:00")));
    EXPECT_TRUE(rules::needs_reading(listed, after_its_end, at("10:31:00") + std::chrono::days(1)));
    event["status"] = "canceled";
    const auto canceled = calendly::parse_listed_event(event);
    EXPECT_FALSE(rules::needs_reading(canceled, rules::seen(canceled, at("10:31:00")),
                                      at("10:31:00") + std::chrono::days(1)))
        << "nobody fails to come to it";
}

}  // namespace missed_change_test
