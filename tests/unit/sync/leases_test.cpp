// Who may work on a person: one at a time in this process, and one agent by a lease.
#include "unit/sync/fixture.hpp"

namespace {

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

}  // namespace
