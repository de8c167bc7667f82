// Who may work on a person: one at a time in this process, and one agent by a lease.
#include "unit/sync/fixture.hpp"

namespace leases_test {

using namespace sync_support;
using syncing::Leases;
using testing::ElementsAre;

class LeasesTest : public SyncTest {
protected:
    Leases leases_{io.get_executor(), people, interruption, waiting};
};

TEST_F(LeasesTest, AHoldHasWhatIsStoredOfItsPeople) {
    people.people[ada] = {R"({"contact_written":true})", ""};
    const auto hold = result_of(leases_.acquire({ada, bea}));
    EXPECT_EQ(hold.of(ada).stored.ledger, R"({"contact_written":true})");
    EXPECT_TRUE(hold.has(bea));
    EXPECT_TRUE(hold.may_write());
    EXPECT_THAT(people.calls, ElementsAre("acquire " + ada, "acquire " + bea)) << "in sorted order";
}

TEST_F(LeasesTest, ALeaseOfAnotherAgentIsWaitedFor) {
    people.lose(ada);
    std::size_t asked = 0;
    people.on_call = [&](const std::string&) {
        if (++asked == 3) people.leases.erase(ada);
    };
    const auto hold = result_of(leases_.acquire({ada}));
    EXPECT_EQ(asked, 3u);
    EXPECT_TRUE(hold.has(ada));
    EXPECT_EQ(waiting.count(), 0u);
}

TEST_F(LeasesTest, WhoWaitsForALeaseIsInterruptedWhenTheAgentStops) {
    people.lose(ada);
    people.on_call = [&](const std::string&) { interruption.request(); };
    EXPECT_THROW(result_of(leases_.acquire({ada})), net::Interrupted);
}

TEST_F(LeasesTest, WhenOneLeaseCannotBeHadTheOthersAreGivenBack) {
    people.on_call = [&](const std::string& call) {
        if (call == "acquire " + bea) throw redis::Error(redis::Error::Kind::connection, "gone");
    };
    EXPECT_THROW(result_of(leases_.acquire({ada, bea})), redis::Error);
    EXPECT_TRUE(people.leases.empty());
}

TEST_F(LeasesTest, ALeaseThatWasLostAllowsNoWrite) {
    const auto hold = result_of(leases_.acquire({ada, bea}));
    people.lose(bea);
    run(leases_.renew());
    EXPECT_FALSE(hold.may_write()) << "one of them is enough";
    EXPECT_FALSE(hold.guard()());
}

TEST_F(LeasesTest, RenewedLeasesGoOnAllowingWrites) {
    const auto hold = result_of(leases_.acquire({ada, bea}));
    run(leases_.renew());
    EXPECT_EQ(people.calls.back(), "renew 2");
    EXPECT_TRUE(hold.may_write());
}

TEST_F(LeasesTest, WhatIsGivenUpIsNeitherRenewedNorReleased) {
    auto hold = result_of(leases_.acquire({ada, bea}));
    hold.give_up(ada);
    run(leases_.renew());
    EXPECT_EQ(people.calls.back(), "renew 1");
    run(leases_.release(hold));
    EXPECT_EQ(people.calls.back(), "release 1");
    EXPECT_FALSE(people.leases.contains(bea));
}

TEST_F(LeasesTest, AReleaseThatRedisDoesNotHearIsNoTrouble) {
    const auto hold = result_of(leases_.acquire({ada}));
    people.on_call = [](const std::string&) { throw redis::Error(redis::Error::Kind::connection, "gone"); };
    run(leases_.release(hold));
}

TEST_F(LeasesTest, InOneProcessThePersonIsFreeWhenTheHoldEnds) {
    std::vector<std::string> order;
    const auto work = [&](std::string name) -> asio::awaitable<void> {
        const std::set<std::string> only_ada{ada};
        const auto hold = co_await leases_.acquire(only_ada);
        order.push_back(name + " begins");
        co_await interruption.sleep(1ms);
        order.push_back(name + " ends");
        co_await leases_.release(hold);
    };
    const auto rethrow = [](std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
    };
    asio::co_spawn(io, work("first"), rethrow);
    run(work("second"));
    EXPECT_THAT(order, ElementsAre("first begins", "first ends", "second begins", "second ends"));
}

// What the work for history does to a webhook that needs its person.
class GivingWayTest : public LeasesTest {
protected:
    using Order = std::vector<std::string>;

    // Holds the people until it is recalled, if it can be.
    asio::awaitable<void> work(std::string name, std::set<std::string> whom, syncing::ServiceClass service) {
        const auto hold = co_await leases_.acquire(whom, service);
        order_.push_back(name + " begins");
        const auto guard = hold.guard();
        net::Event woken(io.get_executor());
        const net::Recall::Listener listener(guard.recall(), woken);
        co_await woken.wait_until(std::chrono::steady_clock::now() + pause_);
        order_.push_back(name + (guard() ? " ends" : " gives way"));
        co_await leases_.release(hold);
    }
    void begin(std::string name, std::set<std::string> whom, syncing::ServiceClass service) {
        const auto rethrow = [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
        };
        asio::co_spawn(io, work(std::move(name), std::move(whom), service), rethrow);
    }
    void poll() {
        io.restart();
        io.poll();
    }
    static constexpr auto webhook = syncing::ServiceClass::webhook;
    static constexpr auto history = syncing::ServiceClass::history;

    Order order_;
    std::chrono::milliseconds pause_{20'000};
};

TEST_F(GivingWayTest, HistoryGivesWayAtOnceToAWebhookOfOneOfItsPeople) {
    begin("history", {ada, bea}, history);
    poll();
    pause_ = 1ms;
    run(work("webhook", {bea}, webhook));
    EXPECT_THAT(order_, ElementsAre("history begins", "history gives way", "webhook begins", "webhook ends"));
}

TEST_F(GivingWayTest, AWebhookGivesWayToNobody) {
    pause_ = 20ms;
    begin("webhook", {ada}, webhook);
    poll();
    pause_ = 1ms;
    begin("history", {ada}, history);
    run(work("another", {ada}, webhook));
    EXPECT_THAT(Order(order_.begin(), order_.begin() + 4),
                ElementsAre("webhook begins", "webhook ends", "another begins", "another ends"));
    io.restart();
    io.run();
    EXPECT_EQ(order_.back(), "history ends");
}

TEST_F(GivingWayTest, WhileHistoryWaitsForOnePersonItHoldsNoOther) {
    begin("webhook", {bea}, webhook);
    poll();
    begin("history", {ada, bea}, history);
    poll();
    pause_ = 1ms;
    run(work("another", {ada}, webhook));
    EXPECT_THAT(order_, ElementsAre("webhook begins", "another begins", "another ends"));
    interruption.request();
}

TEST_F(GivingWayTest, WhileHistoryWaitsForAnotherAgentItHoldsNobody) {
    people.lose(bea);
    begin("history", {ada, bea}, history);
    poll();
    pause_ = 1ms;
    run(work("webhook", {ada}, webhook));
    EXPECT_THAT(order_, ElementsAre("webhook begins", "webhook ends"));
    people.leases.erase(bea);
    io.restart();
    io.run();
    EXPECT_EQ(order_.back(), "history ends");
    EXPECT_EQ(waiting.count(), 0u);
}

TEST_F(GivingWayTest, WhoeverRenewsKnowsWhetherHistoryHoldsAnybody) {
    EXPECT_FALSE(leases_.holds_for_history());
    const auto of_webhook = result_of(leases_.acquire({bea}, webhook));
    EXPECT_FALSE(leases_.holds_for_history());
    EXPECT_FALSE(leases_.held_for_history().is_set());
    {
        const auto of_history = result_of(leases_.acquire({ada}, history));
        EXPECT_TRUE(leases_.holds_for_history());
        EXPECT_TRUE(leases_.held_for_history().is_set());
    }
    EXPECT_FALSE(leases_.holds_for_history());
}

TEST_F(GivingWayTest, HistoryGivesWayToAWebhookOfAnotherAgentWithTheNextRenewal) {
    begin("history", {ada}, history);
    poll();
    run(leases_.renew());
    EXPECT_THAT(order_, ElementsAre("history begins"));
    people.wanted = {ada};
    run(leases_.renew());
    poll();
    EXPECT_THAT(order_, ElementsAre("history begins", "history gives way"));
    pause_ = 1ms;
    begin("again", {ada}, history);
    io.restart();
    io.run_for(5ms);
    EXPECT_EQ(order_.size(), 2u) << "not before the other one has been served";
    people.wanted.clear();
    io.restart();
    io.run();
    EXPECT_EQ(order_.back(), "again ends");
}

TEST_F(GivingWayTest, AWebhookThatIsWantedElsewhereGoesOn) {
    begin("webhook", {ada}, webhook);
    poll();
    people.wanted = {ada};
    run(leases_.renew());
    poll();
    EXPECT_THAT(order_, ElementsAre("webhook begins"));
    interruption.request();
}

}  // namespace leases_test
