// Entries whose stream another node of a cluster has.
#include "shared/redis_trouble.hpp"
#include "tests/unit/edge/entry_pipeline_fixture.hpp"

namespace edge::store {
namespace entry_pipeline_cluster_test {

using namespace entry_pipeline_support;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const redisReply moved = reply(REDIS_REPLY_ERROR, "MOVED 3999 10.0.0.2:7000"),
                 asked = reply(REDIS_REPLY_ERROR, "ASK 3999 10.0.0.2:7000"),
                 aborted =
                     reply(REDIS_REPLY_ERROR, "EXECABORT Transaction discarded because of previous errors.");
const shared::RedisRedirection moved_there{false, "10.0.0.2", 7000}, asked_there{true, "10.0.0.2", 7000};

TEST_F(EdgeEntryPipeline, WhatAnotherNodeHasIsSentThere) {
    const auto& pending = push(first_);
    push(second_, "other");
    const auto sent = unsent();
    send_all();
    EXPECT_EQ(redirected(moved), moved_there);
    EXPECT_EQ(pipeline_.redirected_stream(), "s");
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_EQ(settled(id), 1u) << "the second";
    EXPECT_TRUE(pipeline_.empty());
    EXPECT_TRUE(there.has(pending));
    EXPECT_EQ(unsent_of(there), sent.substr(0, sent.size() / 2 - 2)) << "as it was";
    EXPECT_THAT(there.on_reply(id).outcomes, SizeIs(1));
}

TEST_F(EdgeEntryPipeline, AskingGoesBeforeWhatANodeShallTakeThisOnce) {
    push(first_);
    push(second_);
    send_all();
    EntryPipeline there;
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(redirected(asked), asked_there);
        there.adopt(pipeline_, true);
    }
    const auto sent = unsent_of(there);
    EXPECT_THAT(sent, StartsWith("*1\r\n$6\r\nASKING\r\n*"));
    EXPECT_EQ(count(sent, "ASKING"), 2u);
    EXPECT_THAT(there.on_reply(status).outcomes, IsEmpty());
    EXPECT_THAT(there.on_reply(id).outcomes, SizeIs(1));
    const auto refused = there.on_reply(no_right);
    EXPECT_THAT(refused.outcomes, SizeIs(1)) << "is told";
    EXPECT_FALSE(refused.outcomes.front().settles);
    EXPECT_EQ(there.on_reply(moved).redirection, moved_there) << "who may not ask is sent back";
}

TEST_F(EdgeEntryPipeline, ATransactionThatARedirectionAbortedGoesThereAsAWhole) {
    push_large(3);
    send_all();
    EXPECT_EQ(settled(status), 0u);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(settled(i == 1 ? moved : status), 0u);
    EXPECT_EQ(redirected(aborted), moved_there);
    EXPECT_TRUE(pipeline_.empty());
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_EQ(there.size(), 3u);
    EXPECT_EQ(count(unsent_of(there), "MULTI"), 1u);
}

TEST_F(EdgeEntryPipeline, ATransactionWhoseSlotLeftBeforeItsEndGoesThereToo) {
    push_large(2);
    send_all();
    for (int i = 0; i < 3; ++i) settled(status);
    EXPECT_EQ(redirected(moved), moved_there);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, ATransactionThatAnotherErrorAbortedIsSettled) {
    push_large(2);
    send_all();
    settled(status);
    settled(status);
    settled(error);
    EXPECT_EQ(settled(aborted), 2u);
}

TEST_F(EdgeEntryPipeline, OfAnAbortedTransactionWhoIsGoneIsNotSentAgain) {
    push_large(1);
    auto& gone = push(large_);
    push_large(1);
    send_all();
    EXPECT_TRUE(EntryPipeline::leave(gone));
    for (int i = 0; i < 4; ++i) settled(i == 1 ? moved : status);
    const auto end = pipeline_.on_reply(aborted);
    EXPECT_THAT(end.outcomes, SizeIs(1));
    EXPECT_EQ(end.redirection, moved_there);
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_EQ(there.size(), 2u);
}

TEST_F(EdgeEntryPipeline, ATransactionThatIsShorterThanItsRepliesStillGoesThere) {
    push_large(2);
    auto& forgotten = push(large_);
    send_all();
    for (int i = 0; i < 4; ++i) settled(i == 1 ? moved : status);
    pipeline_.forget(forgotten);
    const auto end = pipeline_.on_reply(aborted);
    EXPECT_EQ(end.problem, shared::reply_too_many);
    EXPECT_EQ(end.redirection, moved_there) << "nobody is left behind";
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_EQ(there.size(), 2u);
}

TEST_F(EdgeEntryPipeline, AReplyThatIsTooEarlySendsNobodyAbout) {
    push_large(2);
    pipeline_.advance(unsent().size() - 1);
    for (int i = 0; i < 3; ++i) settled(status);
    EXPECT_EQ(pipeline_.on_reply(moved).problem, shared::reply_too_many);
}

TEST_F(EdgeEntryPipeline, WhoLeftBeforeItWasSentIsSentThereToo) {
    auto& gone = push(first_);
    EXPECT_TRUE(EntryPipeline::leave(gone)) << "its body was copied";
    send_all();
    EXPECT_EQ(redirected(moved), moved_there);
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_THAT(unsent_of(there), HasSubstr("first"));
}

TEST_F(EdgeEntryPipeline, WhatIsAdoptedGoesBehindWhatWaitsThere) {
    push(first_);
    push(second_);
    send_all();
    EntryPipeline there;
    there.push({.stream = "s", .t = "1", .received_ms = 2, .key_index = 0}, third_,
               {&observer_, &metrics_, at(0)});
    for (int i = 0; i < 2; ++i) {
        redirected(asked);
        there.adopt(pipeline_, true);
    }
    const auto sent = unsent_of(there);
    EXPECT_LT(sent.find("third"), sent.find("ASKING")) << "ASKING is for what comes after it";
    EXPECT_EQ(count(sent, "ASKING"), 2u);
}

TEST_F(EdgeEntryPipeline, NothingIsAdoptedWhereNothingWasRedirected) {
    EXPECT_EQ(pipeline_.redirected_stream(), "");
    EntryPipeline there;
    there.adopt(pipeline_, false);
    EXPECT_TRUE(there.empty());
}

TEST_F(EdgeEntryPipeline, NobodyIsSentAboutForEver) {
    push(first_);
    EntryPipeline there;
    auto* here = &pipeline_;
    auto* other = &there;
    for (unsigned i = 0; i < EntryPipeline::most_redirections; ++i) {
        unsent_of(*here);
        EXPECT_TRUE(here->on_reply(moved).redirection);
        other->adopt(*here, false);
        std::swap(here, other);
    }
    unsent_of(*here);
    const auto end = here->on_reply(moved);
    EXPECT_FALSE(end.redirection);
    EXPECT_THAT(end.outcomes, SizeIs(1));
}

TEST_F(EdgeEntryPipeline, WhatNobodyWaitsForIsNotSentAgain) {
    auto& gone = push(first_);
    push(second_, "s", 1);
    send_all();
    EXPECT_TRUE(EntryPipeline::leave(gone)) << "its body, all sent, is gone, too";
    EXPECT_EQ(settled(moved), 1u);
    pipeline_.make_late(at(1));
    EXPECT_EQ(settled(moved), 1u);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, WhoIsAdoptedKeepsItsDeadline) {
    push(first_, "s", 1);
    send_all();
    redirected(moved);
    EntryPipeline there;
    const Waiter younger{&observer_, &metrics_, at(3)};
    there.push({.stream = "s", .t = "1", .received_ms = 2, .key_index = 0}, second_, younger);
    unsent_of(there);
    there.adopt(pipeline_, false);
    EXPECT_EQ(there.oldest(), at(1));
    EXPECT_THAT(there.make_late(at(2)), SizeIs(1)) << "the older one";
    EXPECT_EQ(there.oldest(), at(3));
    EXPECT_THAT(there.make_late(at(3)), SizeIs(1));
}

}  // namespace entry_pipeline_cluster_test
}  // namespace edge::store
