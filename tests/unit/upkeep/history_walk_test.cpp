// The walk over history, against a Calendly and a Redis in memory: crashed at every step, refused, resumed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "calendly/parse.hpp"
#include "rules/fold.hpp"
#include "rules/person.hpp"
#include "rules/sighting.hpp"
#include "unit/fakes/history_store.hpp"
#include "unit/fakes/listing_api.hpp"
#include "unit/fakes/person_store.hpp"
#include "upkeep/history_walk.hpp"
#include "upkeep/outage_watch.hpp"
#include "upkeep/reconciliation.hpp"

namespace history_walk_test {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using upkeep::HistoryFigures;
using upkeep::Timestamp;
using Names = std::vector<std::string>;
namespace asio = boost::asio;

Timestamp at(const std::string& text) {
    return calendly::parse_timestamp("2026-10-" + text + ":00Z").value();
}
std::string text_at(const std::string& text) {
    return "2026-10-" + text + ":00.000000Z";
}

struct Crash : std::runtime_error {
    Crash() : std::runtime_error("crash") {}
};

class Watcher final : public upkeep::HistoryWatcher {
public:
    Names notices, differences;
    std::vector<std::uint64_t> invitees;  // as it gets on
    void on_progress(const HistoryFigures& figures, Timestamp) override {
        invitees.push_back(figures.invitees);
    }
    void on_notice(const std::string& line) override { notices.push_back(line); }
    void on_difference(const rules::MissedChange& change, const std::string& person) override {
        differences.push_back(change.event + " " + person);
    }
};

class HistoryWalkTest : public testing::Test {
protected:
    HistoryWalkTest() {
        // Ada twice, far apart; Bob, canceled; Cy and Di in one meeting.
        meet("1", "01T09:00", {listing.invitee("1", "a1", "ada@example.com", text_at("01T08:00"))});
        auto bob = listing.invitee("2", "b", "bob@example.com", text_at("01T08:00"));
        bob["status"] = "canceled";
        bob["cancellation"] = {{"created_at", text_at("01T08:30")}, {"canceler_type", "host"}};
        meet("2", "02T09:00", {bob});
        meet("3", "02T09:00",
             {listing.invitee("3", "c", "cy@example.com", text_at("01T08:00")),
              listing.invitee("3", "d", "di@example.com", text_at("01T08:10")),
              listing.invitee("3", "e", "ed@example.com", text_at("01T08:20"))});
        meet("4", "04T09:00", {listing.invitee("4", "a2", "Ada@example.com", text_at("02T08:00"))});
    }

    void meet(const std::string& name, const std::string& start, std::vector<fakes::json::object> invitees) {
        listing.meet(name, text_at(start), text_at("01T08:00")).invitees = std::move(invitees);
    }

    upkeep::WalkSettings settings() {
        upkeep::WalkSettings settings;
        settings.from = at("01T00:00");
        settings.to = at("31T00:00");
        settings.origin.name = "backfill";
        settings.on_settled = [this](const upkeep::WalkPosition& position) -> asio::awaitable<void> {
            saved = position;
            return store.write("backfill:cursor", "x");
        };
        return settings;
    }
    upkeep::WalkSettings cheap() {
        config::Reconcile window;
        window.back = std::chrono::days(14);
        window.ahead = std::chrono::days(100);
        return upkeep::reconciliation(window, window, webhook, present);
    }

    // The figures of a walk to its end. Throws Crash.
    HistoryFigures walk(upkeep::WalkSettings how) {
        upkeep::HistoryWorld world{account,
                                   listing,
                                   people,
                                   store,
                                   interruption,
                                   watcher,
                                   [this](api::ApiFailure failure, unsigned) -> asio::awaitable<void> {
                                       ++waits;
                                       if (failure.status == 0) throw Crash();
                                       co_return;
                                   },
                                   [] {},
                                   [this] { return present; },
                                   [this] { ++yields; }};
        upkeep::HistoryWalk one(world, std::move(how));
        std::exception_ptr failure;
        asio::co_spawn(io, one.run(), [&](std::exception_ptr error) { failure = error; });
        io.restart();
        io.run();
        if (failure) std::rethrow_exception(failure);
        return one.figures();
    }

    // "invitee.created Ia1", in the order of the stream.
    Names changes() {
        Names all;
        for (const auto& entry : store.streams[redis::WaitingIn::history]) {
            const auto body = fakes::json::parse(entry.body);
            const std::string uri(body.at("payload").at("uri").as_string());
            all.push_back(std::string(body.at("event").as_string()) + uri.substr(uri.rfind('/')));
        }
        return all;
    }
    // As the consumer would: everything is in the ledgers, nothing waits.
    void consume() {
        for (const auto& entry : store.streams[redis::WaitingIn::history]) {
            const auto delivery = calendly::parse_delivery(entry.body);
            auto& stored = people.people[rules::person_in(delivery)];
            auto ledger = rules::parse_ledger(stored.ledger);
            ledger.done.insert(rules::own_change_id(delivery));
            ledger.bookings[delivery.invitee->uri].invitee = *delivery.invitee;
            stored.ledger = rules::serialize(ledger);
        }
        store.streams.clear();
    }
    const Names all_changes{"invitee.created/Ia1", "invitee.created/Ia2", "invitee.created/Ib",
                            "invitee.canceled/Ib", "invitee.created/Ic",  "invitee.created/Id",
                            "invitee.created/Ie"};

    asio::io_context io{1};
    net::Interruption interruption{io.get_executor()};
    fakes::OwnAccount account;
    fakes::ListingApi listing;
    fakes::PersonStore people;
    fakes::HistoryStore store;
    config::Webhook webhook;
    Watcher watcher;
    Timestamp present = at("10T00:00");
    upkeep::WalkPosition saved;
    int waits = 0;
    int yields = 0;
};

TEST_F(HistoryWalkTest, APersonsChangesStandTogetherInTheirOrder) {
    const auto figures = walk(settings());
    EXPECT_EQ(changes(), all_changes);
    EXPECT_EQ(figures.events, 4u);
    EXPECT_EQ(figures.invitees, 6u);
    EXPECT_EQ(figures.appended, 7u);
    EXPECT_EQ(figures.already_right, 0u);
    EXPECT_EQ(saved.at, at("04T09:00"));
}

TEST_F(HistoryWalkTest, InviteesCountAsTheyAreRead) {
    walk(settings());
    EXPECT_THAT(watcher.invitees, ElementsAre(1, 2, 5, 6, 6)) << "meeting by meeting, and at the end";
}

TEST_F(HistoryWalkTest, WhatIsKnownIsAlreadyRight) {
    walk(settings());
    consume();
    const auto figures = walk(settings());
    EXPECT_EQ(figures.appended, 0u);
    EXPECT_EQ(figures.already_right, 6u);
}

// Whatever step it is killed at, before it is carried out or after, its successor completes the stream, and
// nothing stands there twice.
TEST_F(HistoryWalkTest, ACrashAtAnyStepLosesAndRepeatsNothing) {
    for (const bool is_cheap : {false, true}) {
        bool crashed = true;
        for (int step = 1; crashed; ++step) {
            store = {};
            int left = step;
            const auto count = [&](const std::string&) {
                if (--left == 0) throw Crash();
                return 0u;
            };
            listing.on_call = count;
            people.on_call = count;
            store.on_call = count;
            auto how = is_cheap ? cheap() : settings();
            how.most_bytes = step % 3 == 0 ? 1 : how.most_bytes;  // many short stretches, or one
            crashed = false;
            try {
                walk(std::move(how));
            } catch (const Crash&) {
                crashed = true;
            }
            listing.on_call = nullptr;
            people.on_call = nullptr;
            store.on_call = nullptr;
            walk(is_cheap ? cheap() : settings());
            auto found = changes();
            EXPECT_THAT(found, testing::UnorderedElementsAreArray(all_changes)) << "step " << step;
        }
    }
}

TEST_F(HistoryWalkTest, AnInterruptedWalkGoesOnWhereItWas) {
    auto how = settings();
    how.resume = upkeep::WalkPosition{at("02T09:00"), {fakes::ListingApi::event_uri("2")}};
    how.begun_with.events = 2;
    const auto figures = walk(how);
    EXPECT_EQ(figures.events, 4u);
    EXPECT_THAT(changes(), ElementsAre("invitee.created/Ia2", "invitee.created/Ic", "invitee.created/Id",
                                       "invitee.created/Ie"));
}

TEST_F(HistoryWalkTest, APageTokenThatDoesNotLastBeginsTheListingAnew) {
    int pages = 0;
    listing.on_call = [&](const std::string& call) {
        return call.starts_with("events") && ++pages == 2 ? 400u : 0u;
    };
    EXPECT_EQ(walk(settings()).appended, 7u);
    EXPECT_THAT(changes(), SizeIs(7));
}

TEST_F(HistoryWalkTest, TroubleIsWaitedFor) {
    listing.on_call = [&](const std::string& call) { return call == "invitees E1" && waits < 3 ? 503u : 0u; };
    EXPECT_EQ(walk(settings()).appended, 7u);
    EXPECT_EQ(waits, 3);
}

TEST_F(HistoryWalkTest, AMemberWalksTheirOwn) {
    listing.is_for_leaders = true;
    EXPECT_EQ(walk(settings()).appended, 7u);
    EXPECT_THAT(watcher.notices, SizeIs(1));
    EXPECT_EQ(listing.calls.front(), "events organization");
    EXPECT_THAT(listing.calls, testing::Contains("events user"));
}

// Nobody would have told of a colleague's.
TEST_F(HistoryWalkTest, WhereDeliveriesAreOfOneUserTheirOwnAreWalked) {
    webhook.scope = "user";
    EXPECT_EQ(walk(cheap()).appended, 7u);
    EXPECT_THAT(listing.calls, testing::Not(testing::Contains("events organization")));
    EXPECT_THAT(watcher.notices, IsEmpty());
}

TEST_F(HistoryWalkTest, WhatIsNotSubscribedIsNotMissed) {
    webhook.events = {"invitee.canceled"};
    walk(cheap());
    EXPECT_THAT(changes(), ElementsAre("invitee.canceled/Ib"));
    walk(settings());
    EXPECT_THAT(changes(), SizeIs(7)) << "a back-fill brings it";
}

TEST_F(HistoryWalkTest, AMissingScopeIsNoMatterOfTheRole) {
    listing.is_for_leaders = true;
    listing.lacking_scopes = {"scheduled_events:read"};
    EXPECT_THROW(walk(settings()), upkeep::HistoryError);
    EXPECT_THAT(watcher.notices, IsEmpty());
    EXPECT_THAT(listing.calls, ElementsAre("events organization"));
}

TEST_F(HistoryWalkTest, ADryRunShowsAndWritesNothing) {
    auto how = settings();
    how.is_dry = true;
    walk(how);
    EXPECT_THAT(watcher.differences, SizeIs(7));
    EXPECT_TRUE(store.streams[redis::WaitingIn::history].empty());
    EXPECT_TRUE(store.texts.empty());
}

TEST_F(HistoryWalkTest, AWaitingWebhookIsNotMissed) {
    walk(settings());
    auto waiting = store.streams[redis::WaitingIn::history];
    store.streams.clear();
    for (auto& entry : waiting) store.put(redis::WaitingIn::webhooks, std::move(entry));
    EXPECT_EQ(walk(cheap()).appended, 0u);
    EXPECT_GT(yields, 0) << "webhooks go first";
}

TEST_F(HistoryWalkTest, AWebhookThatComesBeforeTheyAreAppendedToldOfThem) {
    walk(settings());
    auto late = store.streams[redis::WaitingIn::history].front();
    store.streams.clear();
    bool is_read = false;
    people.on_call = [&](const std::string& call) {
        if (!std::exchange(is_read, true)) store.put(redis::WaitingIn::webhooks, late);
        return call.empty() ? 1u : 0u;
    };
    EXPECT_EQ(walk(cheap()).appended, 6u);
    EXPECT_THAT(changes(), testing::Not(testing::Contains("invitee.created/Ia1")));
}

TEST_F(HistoryWalkTest, ADeadLetterWasTold) {
    walk(settings());
    auto dead = store.streams[redis::WaitingIn::history];
    store.streams.clear();
    for (auto& entry : dead) store.put(redis::WaitingIn::dead, std::move(entry));
    EXPECT_EQ(walk(cheap()).appended, 0u);
    store.meetings.clear();
    EXPECT_EQ(walk(settings()).appended, 7u) << "a back-fill tries it again";
}

TEST_F(HistoryWalkTest, ACheapWalkReadsOnlyWhatDiffers) {
    walk(cheap());
    consume();
    listing.calls.clear();
    EXPECT_EQ(walk(cheap()).invitees, 0u);
    EXPECT_THAT(listing.calls, ElementsAre("events organization", "events organization"));
    listing.meetings[1].event["updated_at"] = text_at("09T08:00");
    EXPECT_EQ(walk(cheap()).invitees, 1u);
    present += std::chrono::days(1);
    EXPECT_EQ(walk(cheap()).invitees, 6u) << "of all that ended, once a day";
}

TEST_F(HistoryWalkTest, WhatIsYoungIsLeftAndReadAgain) {
    present = at("02T08:02");
    EXPECT_EQ(walk(cheap()).appended, 6u) << "Ada's second booking is two minutes old";
    listing.calls.clear();
    present = at("02T08:04");
    EXPECT_EQ(walk(cheap()).appended, 1u);
    EXPECT_THAT(listing.calls, testing::Contains("invitees E4"));
}

// When a no-show was undone, Calendly does not say: it is as old as it has been known to be.
TEST_F(HistoryWalkTest, AnUndoneNoShowIsLeftUntilItWasSeenAWhileAgo) {
    walk(cheap());
    consume();
    auto& stored = people.people["ada@example.com"];
    auto ledger = rules::parse_ledger(stored.ledger);
    auto& booking = ledger.bookings.at(fakes::ListingApi::event_uri("1") + "/invitees/Ia1");
    booking.state = rules::BookingState::no_show;
    booking.no_show = "https://api.calendly.com/invitee_no_shows/N";
    booking.changed_at = at("01T10:00");
    stored.ledger = rules::serialize(ledger);

    present += std::chrono::days(1);
    EXPECT_EQ(walk(cheap()).appended, 0u) << "its webhook may be on its way";
    present += 2min;
    EXPECT_EQ(walk(cheap()).appended, 0u);
    present += 2min;
    EXPECT_EQ(walk(cheap()).appended, 1u);
    EXPECT_THAT(changes(), ElementsAre("invitee_no_show.deleted/Ia1"));
    EXPECT_EQ(walk(settings()).appended, 0u) << "it waits in the stream";
}

TEST_F(HistoryWalkTest, HalvesOfAMoveOutsideTheWindowAreFetched) {
    auto old = listing.invitee("0", "old", "ada@example.com", text_at("01T07:00"));
    old["status"] = "canceled";
    old["rescheduled"] = true;
    old["new_invitee"] = fakes::ListingApi::event_uri("1") + "/invitees/Ia1";
    old["cancellation"] = {{"created_at", text_at("01T08:00")}};
    listing.meetings.front().invitees.front()["old_invitee"] =
        fakes::ListingApi::event_uri("0") + "/invitees/Iold";
    fakes::ListingApi::Meeting before{listing.meetings.front().event, {old}};
    before.event["uri"] = fakes::ListingApi::event_uri("0");
    before.event["start_time"] = "2026-01-01T09:00:00.000000Z";
    listing.meetings.insert(listing.meetings.begin(), before);
    walk(cheap());
    EXPECT_THAT(changes(), testing::Contains("invitee.canceled/Iold"));
    EXPECT_THAT(changes(), testing::Contains("invitee.created/Iold"));
    EXPECT_THAT(changes(), SizeIs(9));
}

TEST_F(HistoryWalkTest, AnotherHalfThatIsNotAskedForStaysAway) {
    auto old = listing.invitee("0", "old", "ada@example.com", text_at("01T07:00"));
    old["new_invitee"] = fakes::ListingApi::event_uri("1") + "/invitees/Ia1";
    listing.meetings.front().invitees.front()["old_invitee"] =
        fakes::ListingApi::event_uri("0") + "/invitees/Iold";
    fakes::ListingApi::Meeting before{listing.meetings.front().event, {old}};
    before.event["uri"] = fakes::ListingApi::event_uri("0");
    before.event["start_time"] = "2026-01-01T09:00:00.000000Z";
    for (const auto* member : {"status", "event_type"}) {
        auto another = before;
        another.event[member] = "canceled";
        listing.meetings.insert(listing.meetings.begin(), another);
        auto how = settings();
        how.status = "active";
        how.event_types = {std::string(fakes::ListingApi::origin_text) + "/event_types/demo"};
        EXPECT_EQ(walk(how).appended, 7u) << member;
        EXPECT_THAT(listing.calls, testing::Contains("event E0")) << member;
        listing.meetings.erase(listing.meetings.begin());
        store = {};
    }
}

// One call may take longer than a stretch: something is visited all the same.
TEST_F(HistoryWalkTest, SlowCallsDoNotKeepItFromGettingOn) {
    auto how = settings();
    how.longest_collecting = 0s;
    EXPECT_EQ(walk(how).appended, 7u);
}

// `retention` may end before the meeting does, of which the invitees are read again afterwards.
TEST_F(HistoryWalkTest, WhatAWalkHasToldOfIsNotToldAgainWhenNobodyRemembersIt) {
    walk(cheap());
    consume();
    people.people.clear();
    present += std::chrono::days(1);
    auto late = listing.invitee("3", "late", "fay@example.com", text_at("10T12:00"));
    listing.meetings[2].invitees.push_back(late);
    EXPECT_EQ(walk(cheap()).appended, 1u);
    EXPECT_THAT(changes(), ElementsAre("invitee.created/Ilate"));
    EXPECT_EQ(walk(settings()).appended, 7u) << "a back-fill brings them back";
}

TEST_F(HistoryWalkTest, AbsenceIsNoCancellation) {
    walk(cheap());
    consume();
    listing.meetings.clear();
    EXPECT_EQ(walk(cheap()).appended, 0u);
}

TEST_F(HistoryWalkTest, WhatIsOutOfTheWindowIsForgotten) {
    walk(cheap());
    EXPECT_THAT(store.meetings, SizeIs(4));
    present += std::chrono::days(7);
    walk(cheap());
    EXPECT_THAT(store.meetings, SizeIs(1));
}

TEST_F(HistoryWalkTest, RedisAwayIsWaitedFor) {
    int failures = 2;
    store.on_call = [&](const std::string& call) {
        if (call == "append" && failures-- > 0) throw redis::Error(redis::Error::Kind::connection, "away");
    };
    EXPECT_EQ(walk(settings()).appended, 7u);
    EXPECT_THAT(watcher.notices, ElementsAre("Redis: away; trying again", "Redis: away; trying again"));
}

TEST(OutageWatch, TellsOnceOfAnOutageThatWasLong) {
    upkeep::OutageWatch watch;
    const upkeep::OutageWatch::Time begin{};
    EXPECT_FALSE(watch.note(true, begin));
    EXPECT_FALSE(watch.note(false, begin + 1s));
    EXPECT_FALSE(watch.note(true, begin + 50s)) << "short";
    EXPECT_FALSE(watch.note(false, begin + 60s));
    EXPECT_FALSE(watch.note(false, begin + 100s));
    EXPECT_TRUE(watch.note(true, begin + 120s));
    EXPECT_FALSE(watch.note(true, begin + 121s));
}

}  // namespace history_walk_test
