// A person settled: Brevo, ledger and entries in one.
#include "unit/sync/fixture.hpp"

namespace settle_test {

using namespace sync_support;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class SettleTest : public SettlingTest {
protected:
    SettleTest() { brevo.calls.clear(); }

    rules::Outcome loaded(const rules::Sighting& sighting) {
        auto outcome = settle.load(hold_.of(ada));
        outcome.is_acted_on = outcome.is_new_booking = true;
        if (const auto transition = rules::fold(outcome.ledger, sighting))
            outcome.transitions.push_back(*transition);
        return outcome;
    }

    api::Answer<brevo::Done> settled(rules::Outcome outcome, std::vector<std::string> ids) {
        return result_of(settle.settle(ada, outcome, std::move(ids), hold_));
    }

    syncing::Leases::Hold hold_ = hold_on({ada});
};

TEST_F(SettleTest, NewsAreToldWrittenDownAndTheirEntriesDoneWith) {
    EXPECT_TRUE(settled(loaded(first.booked()), {"1-0", "2-0"}));
    EXPECT_THAT(people.committed, ElementsAre("1-0", "2-0"));
    EXPECT_THAT(ledger_of(ada).bookings, SizeIs(1));
    EXPECT_TRUE(ledger_of(ada).contact_written);
    EXPECT_EQ(people.people[ada].progress, "") << "nothing is open";
    EXPECT_FALSE(people.leases.contains(ada)) << "given back with the commit";
    EXPECT_FALSE(hold_.has(ada));
}

TEST_F(SettleTest, WhatIsNoNewsIsOnlyDoneWith) {
    EXPECT_TRUE(settled(settle.load(hold_.of(ada)), {"1-0"}));
    EXPECT_THAT(people.committed, ElementsAre("1-0"));
    EXPECT_THAT(brevo.calls, IsEmpty());
}

TEST_F(SettleTest, WithoutNewsAndWithoutEntriesThereIsNothingToDo) {
    people.people[bea].ledger = rules::serialize(fold_all({first.booked()}));
    auto hold = hold_on({bea});
    auto outcome = settle.load(hold.of(bea));
    const auto done = result_of(settle.settle(bea, outcome, {}, hold));
    EXPECT_TRUE(done);
    EXPECT_EQ(people.calls.back(), "acquire " + bea);
}

TEST_F(SettleTest, WhatAnotherAgentLeftOpenIsWrittenAnewWithItsLists) {
    rules::Progress progress;
    progress.lists = {99};
    people.people[bea].progress = rules::serialize(progress);
    const auto hold = hold_on({bea});
    const auto outcome = settle.load(hold.of(bea));
    EXPECT_TRUE(outcome.is_unfinished);
    EXPECT_THAT(outcome.ledger.lists, UnorderedElementsAre(99)) << "the contact may be on it";
}

TEST_F(SettleTest, ALeaseThatIsLostBeforeTheCommitMeansOnceMore) {
    auto outcome = loaded(first.booked());
    people.on_call = [&](const std::string& call) {
        if (call == "commit " + ada) people.lose(ada);
    };
    const auto again = settled(std::move(outcome), {"1-0"});
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().remedy, api::Remedy::withheld);
    EXPECT_THAT(people.committed, IsEmpty());
    syncing::HeldPerson next;
    next.lease.person = ada;
    EXPECT_TRUE(open_work.is_open(next)) << "what is out is not sent again";
    EXPECT_THAT(open_work.load(next).sent, SizeIs(1));
}

TEST_F(SettleTest, WhatBrevoRefusesIsNotWrittenDown) {
    brevo.fail_next("upsert", 400);
    EXPECT_FALSE(settled(loaded(first.booked()), {"1-0"}));
    EXPECT_THAT(people.committed, IsEmpty());
    EXPECT_EQ(people.people[ada].ledger, "");
}

}  // namespace settle_test
