// The reconciler on fakes: what becomes of the wish for a run.
#include "upkeep/reconciler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "unit/fakes/account_api.hpp"
#include "unit/fakes/history_store.hpp"
#include "unit/fakes/listing_api.hpp"
#include "unit/fakes/person_store.hpp"

namespace reconciler_test {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReconcilerUnitTest : public testing::Test {
protected:
    ReconcilerUnitTest() { store.texts["reconcile:wanted"] = "the first"; }

    // Until `is_enough`, for some seconds at most.
    void run_until(std::function<bool()> is_enough) {
        config::Reconcile settings;
        settings.every = 400ms;
        settings.back = std::chrono::days(14);
        settings.ahead = std::chrono::days(14);
        upkeep::ReconcilerWorld world{
            .account = account,
            .listing = listing,
            .people = people,
            .store = store,
            .interruption = interruption,
            .is_calendly_well = [] { return true; },
            .is_redis_well = [] { return true; },
            .is_wanted = [] { return true; },
            .yield_to_webhooks = [] {},
            .note_scopes = [this](const api::ApiFailure& failure) { lacking = failure.required_scopes; }};
        upkeep::Reconciler reconciler(settings, webhook, std::move(world), log);
        bool has_ended = false;
        boost::asio::co_spawn(io, reconciler.run(), [&](std::exception_ptr) { has_ended = true; });
        const auto give_up = std::chrono::steady_clock::now() + 10s;
        while (!is_enough() && std::chrono::steady_clock::now() < give_up) io.run_one_for(100ms);
        interruption.request();
        while (!has_ended && std::chrono::steady_clock::now() < give_up) io.run_one_for(100ms);
        EXPECT_TRUE(has_ended);
        runs = reconciler.counts();
    }

    boost::asio::io_context io;
    net::Interruption interruption{io.get_executor()};
    config::Webhook webhook;
    fakes::AccountApi account;
    fakes::ListingApi listing;
    fakes::PersonStore people;
    fakes::HistoryStore store;
    std::vector<std::string> lacking;
    std::ostringstream lines;
    std::shared_ptr<spdlog::logger> log =
        std::make_shared<spdlog::logger>("heard", std::make_shared<spdlog::sinks::ostream_sink_st>(lines));
    syncing::ReconcileCounts runs;
};

TEST_F(ReconcilerUnitTest, AWishIsGoneOnceItIsFulfilled) {
    run_until([this] { return !store.texts.contains("reconcile:wanted"); });
    EXPECT_THAT(lines.str(), HasSubstr("reconciled: 0 meetings"));
    EXPECT_FALSE(store.texts.contains("reconcile:wanted"));
}

TEST_F(ReconcilerUnitTest, ARunThatFailedIsStillWanted) {
    account.on_call = [](const std::string&) {
        return fakes::AccountApi::failure(403, api::Remedy::give_up);
    };
    run_until([this] { return lines.str().find("trying again") != std::string::npos; });
    EXPECT_THAT(lines.str(), HasSubstr("trying again in 60 s"));
    EXPECT_EQ(store.texts["reconcile:wanted"], "the first");
}

TEST_F(ReconcilerUnitTest, AWishThatComesDuringARunIsForAnotherOne) {
    std::size_t lists = 0;
    listing.on_call = [&](const std::string&) {
        if (++lists == 1) store.texts["reconcile:wanted"] = "the second";
        return 0u;
    };
    std::vector<std::string> left;
    store.on_call = [&](const std::string& call) {
        if (call == "unlock") left.push_back(store.texts["reconcile:wanted"]);
    };
    run_until([&] { return left.size() >= 2; });
    ASSERT_GE(left.size(), 2u);
    EXPECT_EQ(left[0], "the second");
    EXPECT_EQ(left[1], "") << "the second run fulfilled it";
}

// What it has not come to yet it will bring quietly.
TEST_F(ReconcilerUnitTest, ABackfillAtWorkIsWaitedFor) {
    store.texts["backfill:walk"] = "somebody";
    std::size_t looks = 0, looks_meanwhile = 0;
    store.on_call = [&](const std::string& call) {
        if (call == "lock" && store.texts.contains("backfill:walk")) ++looks_meanwhile;
        if (call == "read backfill:walk" && ++looks == 3) store.texts.erase("backfill:walk");
    };
    run_until([this] { return !store.texts.contains("reconcile:wanted"); });
    EXPECT_GE(looks, 3u);
    EXPECT_EQ(looks_meanwhile, 0u);
    EXPECT_FALSE(store.texts.contains("reconcile:wanted"));
}

TEST_F(ReconcilerUnitTest, AScopeThatIsLackingIsTold) {
    listing.is_for_leaders = true;
    listing.lacking_scopes = {"scheduled_events:read"};
    run_until([this] { return lines.str().find("trying again") != std::string::npos; });
    EXPECT_THAT(lacking, ElementsAre("scheduled_events:read"));
}

}  // namespace reconciler_test
