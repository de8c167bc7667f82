// What somebody learned of the API without a webhook: one more stream, the same contacts, and webhooks first.
#include <chrono>
#include <csignal>
#include <thread>

#include "calendly/timestamp.hpp"
#include "e2e/path/pace.hpp"
#include "e2e/product/fixture.hpp"

namespace e2e {
namespace history_test {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string ann = "ann@example.org";
constexpr auto backfill = shared::entry_origin::backfill;
constexpr auto reconcile = shared::entry_origin::reconcile;

class History : public ProductTest {
protected:
    static std::string ago(std::chrono::hours hours) {
        const auto time = std::chrono::system_clock::now() - hours;
        return calendly::to_string(std::chrono::floor<std::chrono::microseconds>(time));
    }

    // The envelope of a booking that no webhook told of.
    static std::string body_of(const std::string& id, const std::string& email, std::chrono::hours age,
                               bool is_canceled = false) {
        const std::string event = "https://api.calendly.com/scheduled_events/HISTORY" + id;
        json::object payload{{"uri", event + "/invitees/HISTORY" + id},
                             {"email", email},
                             {"name", "Ann Bee"},
                             {"event", event},
                             {"timezone", "Europe/Oslo"},
                             {"status", is_canceled ? "canceled" : "active"},
                             {"rescheduled", false},
                             {"created_at", ago(age)},
                             {"updated_at", ago(age)}};
        if (is_canceled) payload["cancellation"] = {{"canceler_type", "invitee"}, {"created_at", ago(age)}};
        payload["scheduled_event"] = {{"uri", event},
                                      {"name", "Discovery call"},
                                      {"event_type", "https://api.calendly.com/event_types/DISCOVERYCALL001"},
                                      {"start_time", "2030-05-06T07:00:00.000000Z"},
                                      {"end_time", "2030-05-06T07:30:00.000000Z"},
                                      {"created_at", ago(age)},
                                      {"updated_at", ago(age)}};
        return json::serialize(json::object{{"event", is_canceled ? "invitee.canceled" : "invitee.created"},
                                            {"created_at", ago(age)},
                                            {"created_by", "https://api.calendly.com/users/AAAAAAAAAAAAAAAA"},
                                            {"payload", payload}});
    }

    static std::string guest(int number) { return "guest" + std::to_string(number) + "@example.org"; }

    void append_many(int count, std::string_view origin) {
        for (int i = 0; i < count; ++i)
            system_->append_history(body_of(std::to_string(i), guest(i), 720h), origin);
    }
    void wait_until_done() {
        harness::wait_until([&] { return system_->backlog() == 0; }, "all should be done with");
    }
};

TEST_F(History, AReconciliationIsWhatTheWebhookWouldHaveBeen) {
    start();
    system_->append_history(body_of("1", ann, 720h), reconcile);
    wait_until_done();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(attribute(ann, "CALENDLY_EVENT_TYPE"), "Discovery Call");
    EXPECT_EQ(attribute(ann, "MEETING_DATE"), "2030-05-06T09:00:00+02:00");
    EXPECT_EQ(lists(ann), "[10]");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
    EXPECT_THAT(agent().metrics(),
                HasSubstr("calendly_agent_missed_by_webhook_total{connector=\"calendly\"} 1"));
    EXPECT_EQ(system_->pending(), 0);
}

TEST_F(History, LinksAreNotFollowedAgainAndATypesNameIsAskedForOnce) {
    start();
    append_many(20, backfill);
    wait_until_done();
    EXPECT_THAT(sandbox().calls("calendly"), ElementsAre("GET /event_types/DISCOVERYCALL001"));
}

TEST_F(History, ABackFillIsQuietUntilALaterChange) {
    start();
    system_->append_history(body_of("1", ann, 720h), backfill);
    wait_until_done();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "booked");
    EXPECT_EQ(lists(ann), "[]");
    EXPECT_THAT(sandbox().event_names(ann), IsEmpty());
    system_->append_history(body_of("1", ann, 700h, true), reconcile);
    wait_until_done();
    EXPECT_EQ(attribute(ann, "BOOKING_STATUS"), "cancelled");
    EXPECT_EQ(lists(ann), "[20]");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_canceled"));
}

TEST_F(History, WhatABackFillTellsOfTheLastDayIsNotQuiet) {
    start();
    system_->append_history(body_of("1", ann, 20h), backfill);
    wait_until_done();
    EXPECT_EQ(lists(ann), "[10]");
    EXPECT_THAT(sandbox().event_names(ann), ElementsAre("calendly_booked"));
}

TEST_F(History, ABackFillThatIsToldSoIsHeard) {
    start();
    system_->append_history(body_of("1", ann, 720h), backfill, false, true);
    wait_until_done();
    EXPECT_EQ(lists(ann), "[10]");
    EXPECT_THAT(sandbox().event_names(ann), IsEmpty());
    system_->append_history(body_of("2", guest(2), 720h), backfill, true, false);
    wait_until_done();
    EXPECT_EQ(lists(guest(2)), "[]");
    EXPECT_THAT(sandbox().event_names(guest(2)), ElementsAre("calendly_booked"));
}

TEST_F(History, ADeadLetterKeepsWhereItCameFrom) {
    start();
    allow_error("goes to the dead letters");
    system_->append_history("not JSON", backfill, true);
    harness::wait_until([&] { return system_->dead() == 1; }, "it should be buried");
    const auto letter = system_->dead_letter();
    EXPECT_EQ(letter.at("origin"), "backfill");
    EXPECT_EQ(letter.at("events"), "1");
    EXPECT_EQ(letter.at("key"), "api");
    EXPECT_EQ(letter.at("body"), "not JSON");
    EXPECT_EQ(system_->backlog(), 0);
    EXPECT_EQ(system_->pending(), 0);
}

TEST_F(History, AWebhookReachesBrevoAtOnceWhileHistoryWorksWithAllItCan) {
    lay();
    append_many(3000, backfill);
    system_->start_agent();
    harness::wait_until([&] { return sandbox().contact_count() > 50; }, "history should be at work");
    sandbox().book({{"email", ann}});
    harness::wait_until([&] { return sandbox().contact(ann).has_value(); }, "the webhook should be faster",
                        harness::Duration(1000));
    EXPECT_GT(system_->backlog(), 0) << "history was still at work";
    wait_until_done();
    EXPECT_EQ(sandbox().contact_count(), 3001u);
}

// 20 calls a second, of which history may have two while webhooks come, and all when none has come for ten
// seconds. What the account has is read at the start, before everything else.
TEST_F(History, TakesItsShareWhileWebhooksComeAndAllWhenNoneDoes) {
    auto options = with({{"reconcile", "{share: 10%}"}});
    options.rate_limit = "20/s";
    lay(std::move(options));
    append_many(400, backfill);
    system_->start_agent();
    harness::wait_until([&] { return sandbox().contact_count() >= 100; }, "history should have all of it",
                        harness::Duration(20'000));
    const auto after = sandbox().journal_end();
    sandbox().book({{"email", ann}});
    harness::wait_until([&] { return sandbox().contact(ann).has_value(); }, "the webhook should overtake it",
                        harness::Duration(1500));
    const auto before = system_->backlog();
    std::this_thread::sleep_for(2s);  // what is measured is a rate
    EXPECT_LE(before - system_->backlog(), 6) << "two a second";
    expect_paced(calls_to(sandbox().journal("brevo", after), "/contacts"), 20);
}

// Ann has fifty old bookings, and calls are slow.
TEST_F(History, AWebhookWaitsForNoMoreThanOneCallOfItsPersonsHistory) {
    auto options = with({{"reconcile", "{share: 1%}"}});
    options.rate_limit = "5/s";
    lay(std::move(options));
    for (int i = 0; i < 50; ++i) system_->append_history(body_of(std::to_string(i), ann, 720h), reconcile);
    system_->start_agent();
    harness::wait_until([&] { return sandbox().event_names(ann).size() > 1; }, "history should be at work");
    sandbox().book({{"email", ann}, {"name", "Ann Bee"}});
    const auto has_own_event = [&] {
        for (const auto& event : sandbox().events(ann))
            if (text_at(event, "/event_properties/invitee_uri").find("HISTORY") == std::string::npos)
                return true;
        return false;
    };
    harness::wait_until(has_own_event, "the webhook's event should be out", harness::Duration(3000));
    EXPECT_GT(system_->backlog(), 0);
}

TEST_F(History, AReloadAndAGracefulStopFinishWhatHistoryHasBegun) {
    auto options = harness::SystemOptions();
    options.rate_limit = "50/s";
    lay(std::move(options));
    append_many(60, reconcile);
    system_->start_agent();
    harness::wait_until([&] { return sandbox().contact_count() > 5; }, "history should be at work");
    agent().signal(SIGHUP);
    harness::wait_until([&] { return sandbox().contact_count() > 30; }, "the new generation should go on");
    EXPECT_EQ(agent().stop(), 0);
    system_->start_agent();
    // Entries whose turn at the API was far away stay in the hands of the agent that stopped, for 20 seconds.
    harness::wait_until([&] { return system_->backlog() == 0; }, "all should be done with",
                        harness::Duration(60'000));
    for (int i = 0; i < 60; ++i)
        EXPECT_THAT(sandbox().event_names(guest(i)), ElementsAre("calendly_booked")) << i;
}

TEST_F(History, AnotherAgentTakesOverWhatAKilledOneHadBegun) {
    auto options = harness::SystemOptions();
    options.rate_limit = "20/s";
    lay(std::move(options));
    append_many(20, reconcile);
    system_->start_agent();
    harness::wait_until([&] { return sandbox().contact_count() > 3; }, "history should be at work");
    agent().kill();
    ASSERT_GT(system_->pending(), 0);
    system_->start_agent();
    harness::wait_until([&] { return system_->backlog() == 0; }, "another agent should take over",
                        harness::Duration(45'000));
    EXPECT_EQ(sandbox().contact_count(), 20u);
    EXPECT_EQ(system_->dead(), 0);
}

}  // namespace history_test
}  // namespace e2e
