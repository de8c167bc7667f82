// The flow, wired: what an exception that nobody foresaw does to it.
#include "sync/connector.hpp"

#include <algorithm>
#include <sstream>

#include <spdlog/sinks/ostream_sink.h>

#include "unit/sync/fixture.hpp"

namespace connector_test {

using namespace sync_support;
using syncing::TroubleKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ConnectorTest : public SyncTest {
protected:
    ~ConnectorTest() override {
        connector_.stop();
        io.restart();
        io.run_for(5s);
    }

    static syncing::Timing quick() {
        syncing::Timing timing;
        timing.block = timing.keep_interval = timing.pause_interval = 10ms;
        timing.redis_pause = 1ms;
        timing.trouble = {1ms, 1ms};
        return timing;
    }

    void start() {
        backlog.found.webhooks = 1;  // so that it is asked what others left
        asio::co_spawn(io, connector_.run(), [this](std::exception_ptr error) {
            has_ended_ = true;
            failure_ = error;
        });
    }

    template <typename Condition>
    void wait_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        io.restart();
        while (!condition() && std::chrono::steady_clock::now() < deadline) io.run_one_for(10ms);
        EXPECT_TRUE(condition());
    }

    // The next call that is `name` throws.
    void fail_once(std::string name) {
        auto is_due = std::make_shared<bool>(true);
        queue.on_call = [is_due, name = std::move(name)](const std::string& call) {
            if (call == name && std::exchange(*is_due, false))
                throw std::runtime_error("no descriptor is left");
        };
    }

    fakes::EntryQueue history{io.get_executor()};
    fakes::BrevoApi history_brevo;
    std::ostringstream lines_;
    std::shared_ptr<spdlog::logger> heard_ =
        std::make_shared<spdlog::logger>("heard", std::make_shared<spdlog::sinks::ostream_sink_st>(lines_));
    syncing::Connector connector_{io.get_executor(),
                                  {"calendly", mapping},
                                  {.interruption = interruption,
                                   .webhooks = {queue, people, letters, brevo},
                                   .history = {history, people, letters, history_brevo},
                                   .upkeep = upkeep,
                                   .pause_switch = pause_switch,
                                   .backlog = backlog,
                                   .calendly = calendly,
                                   .calls_within = [](auto) { return std::size_t(100); }},
                                  heard_,
                                  quick()};
    std::vector<std::string> reads_;
    bool has_ended_ = false;
    std::exception_ptr failure_;
};

// One that throws would otherwise end the two others with it, and the agent with "multiple exceptions".
TEST_F(ConnectorTest, AnExceptionEndsARoundOfItsTaskAndNothingElse) {
    start();
    std::uint64_t expected = 0;
    for (const auto* call : {"read_new", "take_over"}) {
        fail_once(call);
        wait_until(
            [&] { return connector_.status().counters.troubles[TroubleKind::machine] == expected + 1; });
        ++expected;
        EXPECT_THAT(lines_.str(), HasSubstr("machine trouble: no descriptor is left"));
    }
    EXPECT_THAT(lines_.str(), Not(HasSubstr("multiple exceptions")));
    queue.put(created(first.booked()));
    wait_until([&] { return !brevo.upserted.empty(); });
    EXPECT_FALSE(has_ended_);
}

// It is pending in Redis and in nobody's hands.
TEST_F(ConnectorTest, WhatWasReadWhenAnExceptionCameIsTakenBack) {
    const auto id = queue.put(
        R"({"event":"event_type.updated","created_at":"2026-10-12T09:00:00Z","payload":{"uri":"u"}})");
    fail_once("discard 1");
    start();
    wait_until([&] { return connector_.status().counters.troubles[TroubleKind::machine] == 1; });
    wait_until([&] { return !queue.discarded.empty(); });
    EXPECT_THAT(queue.discarded, ElementsAre(id));
}

TEST_F(ConnectorTest, StopsAlsoWhenLeavingFails) {
    start();
    wait_until([&] { return queue.calls.size() > 3; });
    fail_once("leave");
    connector_.stop();
    wait_until([&] { return has_ended_; });
    EXPECT_FALSE(failure_);
}

TEST_F(ConnectorTest, HistoryGoesToBrevoByItsOwnWay) {
    start();
    history.put(created(first.booked()));
    wait_until([&] { return !history_brevo.upserted.empty() && !history_brevo.sent.empty(); });
    EXPECT_TRUE(brevo.upserted.empty()) << "its calls are counted to its share";
    EXPECT_EQ(ledger_of(ada).bookings.size(), 1u);
}

// What waits is read before anything of history, so that history overtakes no webhook of its person.
TEST_F(ConnectorTest, HistoryIsReadWhenNoWebhookIsLeftToRead) {
    const auto tell_order = [this](const std::string& whose) {
        return [this, whose](const std::string& call) {
            if (call == "read_new") reads_.push_back(whose);
        };
    };
    queue.on_call = tell_order("webhooks");
    history.on_call = tell_order("history");
    for (int i = 0; i < 300; ++i)
        queue.put(created(of_person(first.booked(), "p" + std::to_string(i) + "@x.org")));
    history.put(created(second.booked()));
    start();
    wait_until([&] { return !history_brevo.upserted.empty(); });
    EXPECT_EQ(queue.backlog(), 0u);
    EXPECT_GT(std::ranges::find(reads_, "history") - reads_.begin(), 2)
        << "100 people are begun with at once";
}

TEST_F(ConnectorTest, AnApiThatRefusesUsHoldsBothStreamsBack) {
    brevo.fail_next("upsert", 401, "", api::Remedy::park);
    start();
    queue.put(created(first.booked()));
    wait_until([&] { return connector_.status().apis.is_any_parked(); });
    history.put(created(second.booked()));
    io.restart();
    io.run_for(50ms);
    EXPECT_EQ(history.backlog(), 1u);
}

TEST_F(ConnectorTest, BothStreamsAreLeftInTheEnd) {
    start();
    wait_until([&] { return history.calls.size() > 3; });
    connector_.stop();
    wait_until([&] { return has_ended_; });
    EXPECT_EQ(queue.calls.back(), "leave");
    EXPECT_EQ(history.calls.back(), "leave");
}

TEST_F(ConnectorTest, WhilePausedNothingNewIsReadOfEitherStreamAndWhatWaitsStays) {
    pause_switch.pause_now = redis::Pause{"ann@desk", "Brevo moves", 1};
    queue.put(created(first.booked()));
    history.put(created(second.booked()));
    start();
    wait_until([&] { return pause_switch.looks >= 3; });
    EXPECT_EQ(connector_.status().pause, pause_switch.pause_now);
    EXPECT_EQ(queue.backlog() + history.backlog(), 2u);
    EXPECT_THAT(queue.calls, Not(testing::Contains("read_new")));
    EXPECT_THAT(lines_.str(), HasSubstr("calendly-brevo resume ends it"));
    EXPECT_THAT(lines_.str(), Not(HasSubstr("Brevo moves"))) << "somebody's own words";
    pause_switch.pause_now.reset();
    wait_until([&] { return queue.backlog() + history.backlog() == 0; });
    EXPECT_FALSE(connector_.status().pause);
}

TEST_F(ConnectorTest, APauseEndsTheReadThatWaits) {
    start();
    wait_until([&] { return std::ranges::count(queue.calls, "read_new") >= 2; });
    pause_switch.pause_now = redis::Pause{"ann@desk", "", 1};
    wait_until([&] { return connector_.status().pause.has_value(); });
    io.restart();
    io.run_for(50ms);
    queue.put(created(first.booked()));
    const auto looks = pause_switch.looks;
    wait_until([&] { return pause_switch.looks >= looks + 3; });
    EXPECT_EQ(queue.backlog(), 1u);
}

TEST_F(ConnectorTest, NothingIsReadBeforeItIsKnownWhetherItIsPaused) {
    pause_switch.on_look = [] { throw redis::Error(redis::Error::Kind::connection, "away"); };
    queue.put(created(first.booked()));
    start();
    wait_until([&] { return pause_switch.looks >= 3; });
    EXPECT_EQ(queue.backlog(), 1u);
    pause_switch.on_look = {};
    wait_until([&] { return queue.backlog() == 0; });
}

TEST_F(ConnectorTest, ARedisThatDoesNotLetItBeLookedUpKeepsNothingWaiting) {
    pause_switch.on_look = [] { throw redis::Error(redis::Error::Kind::refused, "NOPERM"); };
    queue.put(created(first.booked()));
    start();
    wait_until([&] { return queue.backlog() == 0; });
    EXPECT_THAT(lines_.str(), HasSubstr("whether the connector is paused is not known"));
}

}  // namespace connector_test
