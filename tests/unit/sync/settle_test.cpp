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

    rules::Outcome loaded(const rules::Sighting& sighting) { return loaded(sighting, hold_.of(ada)); }

    rules::Outcome loaded(const rules::Sighting& sighting, const syncing::HeldPerson& person) {
        auto outcome = settle.load(person);
        outcome.is_acted_on = outcome.is_new_booking = true;
        if (const auto transition = rules::fold(outcome.ledger, sighting))
            outcome.transitions.push_back(*transition);
        return outcome;
    }

    api::Answer<brevo::Done> settled(rules::Outcome outcome, std::vector<std::string> ids) {
        std::vector<syncing::Concerned> concerned;
        concerned.push_back({ada, std::move(outcome)});
        return result_of(settle.settle(concerned, std::move(ids), hold_));
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
    std::vector<syncing::Concerned> concerned;
    concerned.push_back({bea, settle.load(hold.of(bea))});
    const auto done = result_of(settle.settle(concerned, {}, hold));
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

// Bea is told of by an entry of Cem's.
class SettleTwoTest : public SettleTest {
protected:
    SettleTwoTest() {
        both_.emplace(hold_on({cem, bea}));
        const auto of_bea = of_person(second.booked(), bea);
        const auto of_cem = of_person(first.booked(), cem);
        concerned_.push_back({bea, loaded(of_bea, both_->of(bea))});
        concerned_.push_back({cem, loaded(of_cem, both_->of(cem))});
        people.calls.clear();
    }

    api::Answer<brevo::Done> settled_both() { return result_of(settle.settle(concerned_, {"1-0"}, *both_)); }

    std::optional<syncing::Leases::Hold> both_;
    std::vector<syncing::Concerned> concerned_;
};

TEST_F(SettleTwoTest, AllAreWrittenDownTogether) {
    EXPECT_TRUE(settled_both());
    EXPECT_THAT(std::vector(people.calls.end() - 2, people.calls.end()),
                ElementsAre("commit " + bea, "commit " + cem));
    EXPECT_THAT(ledger_of(cem).bookings, SizeIs(1));
    EXPECT_THAT(ledger_of(bea).bookings, SizeIs(1));
    EXPECT_THAT(people.committed, ElementsAre("1-0"));
    EXPECT_FALSE(people.leases.contains(bea) || people.leases.contains(cem));
}

TEST_F(SettleTwoTest, WhenOneLeaseIsLostNothingIsWrittenDown) {
    people.on_call = [&](const std::string& call) {
        if (call == "commit " + cem) people.lose(cem);
    };
    const auto again = settled_both();
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().remedy, api::Remedy::withheld);
    EXPECT_EQ(people.people[bea].ledger, "");
    EXPECT_THAT(people.committed, IsEmpty());
    EXPECT_TRUE(both_->has(bea)) << "it is recorded what is out, and the lease given back";
}

// A crash while Brevo is told of Cem does not send Bea's event again.
TEST_F(SettleTwoTest, WhatIsOutIsRecordedBeforeTheNextPerson) {
    std::string recorded;
    brevo.on_call = [&](const std::string& call) {
        if (call == "upsert " + cem) recorded = people.people[bea].progress;
    };
    EXPECT_TRUE(settled_both());
    EXPECT_THAT(rules::parse_progress(recorded).sent, SizeIs(1));
    EXPECT_EQ(people.people[bea].progress, "");
}

TEST_F(SettleTwoTest, WhoWasToldBeforeBrevoRefusedTheEntryIsWrittenDown) {
    brevo.fail_next("upsert " + cem, 400);
    const auto refused = settled_both();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 400u);
    EXPECT_THAT(ledger_of(bea).bookings, SizeIs(1));
    EXPECT_EQ(people.people[cem].ledger, "");
    EXPECT_THAT(people.committed, IsEmpty());
    EXPECT_TRUE(both_->has(cem)) << "whoever buries the entry gives it back";
}

TEST_F(SettleTwoTest, SomebodyElseWhomBrevoRefusesIsLeftOut) {
    brevo.fail_next("upsert " + bea, 400);
    EXPECT_TRUE(settled_both());
    EXPECT_THAT(ledger_of(cem).bookings, SizeIs(1));
    EXPECT_THAT(people.committed, ElementsAre("1-0"));
    EXPECT_EQ(people.people[bea].ledger, "") << "Bea's own entry becomes a dead letter";
    EXPECT_EQ(counters.fallbacks.at({syncing::Fallback::other_refused, ""}), 1u);
    syncing::HeldPerson next;
    next.lease.person = bea;
    EXPECT_FALSE(open_work.is_open(next)) << "nothing of it stays in memory";
}

}  // namespace settle_test
