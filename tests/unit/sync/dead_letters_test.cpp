#include "unit/sync/fixture.hpp"

namespace dead_letters_test {

using namespace sync_support;
using syncing::EntryFault;

class DeadLettersTest : public SyncTest {
protected:
    syncing::DeadLetters dead_letters_{letters, counters, log};
};

TEST_F(DeadLettersTest, ALetterKeepsTheEntryTheReasonAndTheAnswer) {
    api::ApiFailure failure;
    failure.reason = "Brevo answered 400 to POST /contacts";
    failure.status = 400;
    failure.body = R"({"code":"invalid_parameter"})";
    failure.attempts = 2;
    failure.remedy = api::Remedy::give_up;
    shared::WebhookEntry entry;
    entry.id = "7-0";
    run(dead_letters_.bury(entry, "entry 7-0", EntryFault(failure, syncing::FaultKind::brevo), {}));
    ASSERT_EQ(letters.letters.size(), 1u);
    const auto& letter = letters.letters.front();
    EXPECT_EQ(letter.entry.id, "7-0");
    EXPECT_EQ(letter.reason, failure.reason);
    EXPECT_EQ(letter.attempts, 2u);
    EXPECT_EQ(letter.response, R"(400 {"code":"invalid_parameter"})");
}

TEST_F(DeadLettersTest, WithoutAnAnswerThereIsNoResponse) {
    run(dead_letters_.bury({}, "entry 7-0", EntryFault::lacks("the entry has no body"), {}));
    EXPECT_EQ(letters.letters.front().response, "");
}

TEST_F(DeadLettersTest, WhatRedisRefusesToTakeIsNotCounted) {
    letters.on_bury = [](const auto&) { throw redis::Error(redis::Error::Kind::refused, "full"); };
    EXPECT_THROW(run(dead_letters_.bury({}, "entry 7-0", EntryFault::lacks("x"), {})), redis::Error);
    EXPECT_TRUE(counters.entries.empty());
    EXPECT_EQ(dead_letters_.buried().count, 0u);
}

// What is to be repeated is no fault of an entry's, whoever takes it for one.
TEST_F(DeadLettersTest, OnlyAFinalFailureIsAnEntrysFault) {
    for (const auto remedy : {api::Remedy::retry, api::Remedy::park, api::Remedy::withheld}) {
        api::ApiFailure failure;
        failure.remedy = remedy;
        EXPECT_THROW((EntryFault(failure, syncing::FaultKind::brevo)), std::logic_error);
    }
}

TEST_F(DeadLettersTest, WhatWaitsIsSeenWhoeverBuriedItAndWhenItIsGone) {
    letters.letters.resize(3);
    letters.since = std::chrono::system_clock::time_point(1h);
    std::vector<std::uint64_t> seen;
    letters.on_look = [&, looks = 0]() mutable {
        seen.push_back(dead_letters_.buried().count);
        if (++looks == 2) letters.letters.clear();
        if (looks == 4) interruption.request();
    };
    run(dead_letters_.watch(interruption, 1ms, troubles));
    EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 3, 0, 0}));
}

TEST_F(DeadLettersTest, OneThatIsBuriedHereIsSeenAtOnce) {
    run(dead_letters_.bury({}, "entry 7-0", EntryFault::lacks("x"), {}));
    EXPECT_EQ(dead_letters_.buried().count, 1u);
    EXPECT_GT(dead_letters_.buried().since, std::chrono::system_clock::now() - 1min);
}

TEST_F(DeadLettersTest, OneThatIsBuriedTwiceCountsOnce) {
    shared::WebhookEntry entry;
    entry.id = "7-0";
    for (int i = 0; i < 2; ++i) run(dead_letters_.bury(entry, "entry 7-0", EntryFault::lacks("x"), {}));
    EXPECT_EQ(dead_letters_.buried().count, 1u);
    EXPECT_EQ(counters.entries[syncing::EntryOutcome::dead], 1u);
}

TEST_F(DeadLettersTest, ARightThatIsMissingIsATroubleAsLongAsItLasts) {
    letters.letters.resize(2);
    std::vector<syncing::TroubleReport> while_it_lasts, afterwards;
    letters.on_look = [&, looks = 0]() mutable {
        if (++looks == 6) while_it_lasts = troubles.reports();
        if (looks == 7) {
            afterwards = troubles.reports();
            interruption.request();
        }
        if (looks > 1 && looks < 6) throw redis::MissingRight("the user needs +xlen and +xrange: NOPERM");
    };
    run(dead_letters_.watch(interruption, 1ms, troubles));
    ASSERT_EQ(while_it_lasts.size(), 1u);
    EXPECT_EQ(while_it_lasts.front().kind, syncing::TroubleKind::right);
    EXPECT_THAT(while_it_lasts.front().cause, testing::HasSubstr("needs +xlen and +xrange: NOPERM"));
    EXPECT_EQ(counters.troubles[syncing::TroubleKind::right], 4u);
    EXPECT_TRUE(afterwards.empty());
    EXPECT_EQ(dead_letters_.buried().count, 2u);
}

TEST_F(DeadLettersTest, AStreamThatIsNoneIsATrouble) {
    letters.on_look = [this, looks = 0]() mutable {
        if (++looks == 2) {
            EXPECT_EQ(troubles.reports().size(), 1u);
        }
        if (looks == 3) interruption.request();
        if (looks < 3) throw redis::BrokenKey("calendly:{a}:dead is a list");
    };
    run(dead_letters_.watch(interruption, 1ms, troubles));
    EXPECT_TRUE(troubles.reports().empty()) << "it is over";
}

}  // namespace dead_letters_test
