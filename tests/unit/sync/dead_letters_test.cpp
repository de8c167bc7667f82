#include "unit/sync/fixture.hpp"

namespace {

using namespace sync_support;

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
    shared::WebhookEntry entry;
    entry.id = "7-0";
    run(dead_letters_.bury(entry, "entry 7-0", failure));
    ASSERT_EQ(letters.letters.size(), 1u);
    const auto& letter = letters.letters.front();
    EXPECT_EQ(letter.entry.id, "7-0");
    EXPECT_EQ(letter.reason, failure.reason);
    EXPECT_EQ(letter.attempts, 2u);
    EXPECT_EQ(letter.response, R"(400 {"code":"invalid_parameter"})");
}

TEST_F(DeadLettersTest, WithoutAnAnswerThereIsNoResponse) {
    api::ApiFailure failure;
    failure.reason = "the entry has no body";
    run(dead_letters_.bury({}, "entry 7-0", failure));
    EXPECT_EQ(letters.letters.front().response, "");
}

TEST_F(DeadLettersTest, WhatRedisRefusesToTakeIsNotCounted) {
    letters.on_bury = [](const auto&) { throw redis::Error(redis::Error::Kind::refused, "full"); };
    EXPECT_THROW(run(dead_letters_.bury({}, "entry 7-0", {})), redis::Error);
    EXPECT_TRUE(counters.entries.empty());
}

}  // namespace
