#include <sstream>

#include <spdlog/sinks/ostream_sink.h>

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

TEST_F(DeadLettersTest, WhatWaitsIsSaidWhenItBeginsAndWhenItIsGone) {
    std::ostringstream lines;
    const auto heard =
        std::make_shared<spdlog::logger>("heard", std::make_shared<spdlog::sinks::ostream_sink_st>(lines));
    heard->set_pattern("%v");
    syncing::DeadLetters watched(letters, counters, heard);
    for (const std::uint64_t count : {0u, 3u, 2u, 0u, 0u}) watched.see({count, {}});
    EXPECT_EQ(lines.str(), "3 dead letters wait for somebody to look at them\nno dead letters are left\n");
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

}  // namespace dead_letters_test
