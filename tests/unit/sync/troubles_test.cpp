// What is repeated because of the machine or a key: how long, and what is known of it meanwhile.
#include "unit/sync/fixture.hpp"

namespace troubles_test {

using namespace sync_support;
using syncing::TroubleKind;
using syncing::Troubles;
using testing::IsEmpty;
using testing::SizeIs;

class TroublesTest : public SyncTest {
protected:
    const std::bad_alloc no_memory_;
    const redis::BrokenKey broken_key_{"calendly:{a}:person:a...@example.com is a list"};
};

TEST_F(TroublesTest, PausesGrowFromASecondToAMinute) {
    Troubles usual(syncing::Timing{}.trouble, counters, log);
    Troubles::Work work(usual);
    std::chrono::milliseconds longest{0};
    for (int attempt = 1; attempt <= 12; ++attempt) {
        const auto pause = work.meets(no_memory_);
        const auto whole = std::min<std::chrono::milliseconds>(60s, 1s * (1 << (attempt - 1)));
        EXPECT_GE(pause, whole / 2);
        EXPECT_LE(pause, whole);
        longest = std::max(longest, pause);
    }
    EXPECT_GE(longest, 30s);
    work.is_well();
    EXPECT_LE(work.meets(no_memory_), 1s) << "it begins anew";
}

TEST_F(TroublesTest, WhatMeetsTheSameTroubleIsOneReport) {
    Troubles::Work one(troubles), two(troubles);
    one.meets(no_memory_);
    two.meets(no_memory_);
    ASSERT_THAT(troubles.reports(), SizeIs(1));
    EXPECT_EQ(troubles.reports().front().pieces, 2u);
    EXPECT_EQ(troubles.reports().front().kind, TroubleKind::machine);
    two.is_well();
    EXPECT_EQ(troubles.reports().front().pieces, 1u);
    one.meets(broken_key_);
    ASSERT_THAT(troubles.reports(), SizeIs(1));
    EXPECT_EQ(troubles.reports().front().kind, TroubleKind::key) << "the last one counts";
}

TEST_F(TroublesTest, WorkThatEndsIsInNoTrouble) {
    {
        Troubles::Work work(troubles);
        work.meets(no_memory_);
    }
    EXPECT_THAT(troubles.reports(), IsEmpty());
    EXPECT_EQ(counters.troubles[TroubleKind::machine], 1u);
}

TEST_F(TroublesTest, WorkMayEndAfterTheRecord) {
    auto record = std::make_unique<Troubles>(shared::BackOff{}, counters, log);
    auto work = std::make_unique<Troubles::Work>(*record);
    work->meets(no_memory_);
    record.reset();
    work.reset();
}

TEST_F(TroublesTest, ACauseIsShownInItsOwnWordsWithoutAPerson) {
    const auto trouble =
        syncing::trouble_of(std::runtime_error("cannot read ada@example.com\n" + std::string(900, 'x')));
    EXPECT_TRUE(trouble.cause.starts_with("cannot read a...@example.com ")) << trouble.cause;
    EXPECT_LE(trouble.cause.size(), 300u);
}

TEST_F(TroublesTest, OfManyTroublesTheLongestAreReported) {
    std::vector<std::unique_ptr<Troubles::Work>> all;
    for (int i = 0; i < 20; ++i) {
        all.push_back(std::make_unique<Troubles::Work>(troubles));
        all.back()->meets(std::runtime_error("trouble " + std::string(1, static_cast<char>('a' + i))));
    }
    ASSERT_THAT(troubles.reports(), SizeIs(8));
    EXPECT_EQ(troubles.reports().front().cause, "trouble a");
}

}  // namespace troubles_test
