#include "tests/unit/edge/entry_pipeline_fixture.hpp"

#include "shared/redis_trouble.hpp"

namespace edge::store {
namespace entry_pipeline_test {

using namespace entry_pipeline_support;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

TEST_F(EdgeEntryPipeline, SendsInTheOrderOfArrivalHoweverTheKernelCuts) {
    for (const auto* body : {&first_, &second_, &third_}) push(*body);
    const std::string whole = unsent();
    for (std::size_t sent = 0; sent < whole.size(); ++sent) {
        EXPECT_EQ(unsent(), whole.substr(sent));
        pipeline_.advance(1);
    }
    EXPECT_EQ(unsent(), "");
    push(first_);
    EXPECT_THAT(unsent(), HasSubstr("first"));
}

TEST_F(EdgeEntryPipeline, EachReplyBelongsToTheOldest) {
    push(first_);
    push(second_);
    send_all();
    EXPECT_EQ(pipeline_.on_reply(id).outcomes[0].waiter.observer, &observer_);
    EXPECT_EQ(settled(error), 1u);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, KnowsAReplyThatNobodyAskedFor) {
    EXPECT_NE(pipeline_.on_reply(id).problem, "");
    push(first_);
    EXPECT_NE(pipeline_.on_reply(id).problem, "");
    pipeline_.advance(unsent().size() - 1);
    EXPECT_NE(pipeline_.on_reply(id).problem, "") << "a command that is not sent to its end";
}

TEST_F(EdgeEntryPipeline, UsesItsMemoryAgain) {
    const PendingEntry* const before = &push(first_);
    send_all();
    EXPECT_EQ(settled(id), 1u);
    EXPECT_EQ(&push(second_), before);
}

TEST_F(EdgeEntryPipeline, SettlesABurstAsAnyOtherDelivery) {
    for (int i = 0; i < 300; ++i) push(first_);
    send_all();
    for (int i = 0; i < 300; ++i) EXPECT_EQ(settled(id), 1u);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, WaitsForNothingWhenItWasCleared) {
    push(first_);
    send_all();
    pipeline_.clear();
    EXPECT_TRUE(pipeline_.empty());
    EXPECT_NE(pipeline_.on_reply(id).problem, "");
    push(second_);
    send_all();
    EXPECT_EQ(settled(id), 1u);
}

TEST_F(EdgeEntryPipeline, SendsNothingOfWhatIsForgotten) {
    const PendingEntry& pending = push(first_);
    push(second_);
    for (int i = 0; i < 2; ++i) pipeline_.forget(pending);
    EXPECT_EQ(pipeline_.size(), 1u);
    EXPECT_THAT(unsent(), Not(HasSubstr("first")));
}

TEST_F(EdgeEntryPipeline, MakesATransactionOfWhatRedisWouldReadInSeveralTurns) {
    push_large(3);
    const auto bytes = unsent();
    EXPECT_THAT(bytes, StartsWith("*1\r\n$5\r\nMULTI\r\n*11"));
    EXPECT_THAT(bytes, EndsWith("\r\n*1\r\n$4\r\nEXEC\r\n"));
    EXPECT_EQ(count(bytes, "XADD"), 3u);
    EXPECT_EQ(count(bytes, "MULTI"), 1u);
}

TEST_F(EdgeEntryPipeline, MakesNoTransactionOfTheFewOrTheSmall) {
    push_large(1);
    EXPECT_EQ(count(unsent(), "MULTI"), 0u);
    push(first_);
    push(second_);
    EXPECT_EQ(count(unsent(), "MULTI"), 0u);
}

TEST_F(EdgeEntryPipeline, TakesNothingIntoATransactionThatCameLater) {
    push_large(2);
    unsent();
    push_large(3);
    EXPECT_EQ(count(unsent(), "MULTI"), 2u);
}

TEST_F(EdgeEntryPipeline, OneByOneABatchBeginsWhenTheOneBeforeIsAnswered) {
    constexpr auto one_by_one = EntryPipeline::Pace::one_by_one;
    push(first_);
    pipeline_.advance(unsent(one_by_one).size() - 1);
    push_large(1);
    push_large(1);
    EXPECT_EQ(unsent(one_by_one).size(), 1u) << "the rest of the first";
    pipeline_.advance(1);
    EXPECT_EQ(unsent(one_by_one), "");
    EXPECT_EQ(settled(id), 1u);
    EXPECT_EQ(count(unsent(one_by_one), "XADD"), 2u);
    EXPECT_EQ(count(unsent(one_by_one), "MULTI"), 1u);
}

TEST_F(EdgeEntryPipeline, MixesNoStreamsInATransaction) {
    push_large(2, "s");
    push_large(1, "other");
    push_large(2, "s");
    const auto bytes = unsent();
    EXPECT_EQ(count(bytes, "MULTI"), 2u);
    EXPECT_LT(bytes.find("EXEC"), bytes.find("other"));
    EXPECT_LT(bytes.find("other"), bytes.rfind("MULTI"));
}

TEST_F(EdgeEntryPipeline, MakesNoTransactionLongerThanTheReplyThatIsRead) {
    push_large(EntryPipeline::max_batch + 2);
    EXPECT_EQ(count(unsent(), "EXEC"), 2u);
}

TEST_F(EdgeEntryPipeline, ATransactionIsSettledByTheReplyToExec) {
    push_large(3);
    send_all();
    for (int i = 0; i < 4; ++i) EXPECT_EQ(settled(status), 0u);
    redisReply second = error, ids[] = {id, second, id};
    redisReply* elements[] = {&ids[0], &ids[1], &ids[2]};
    redisReply array = reply(REDIS_REPLY_ARRAY);
    array.elements = 3;
    array.element = elements;
    const auto outcomes = pipeline_.on_reply(array).outcomes;
    ASSERT_THAT(outcomes, SizeIs(3));
    EXPECT_EQ(outcomes[1].reply, &ids[1]);
    EXPECT_TRUE(pipeline_.empty());
}

TEST_F(EdgeEntryPipeline, AnErrorInsideATransactionIsToldAndItsEndSettlesAll) {
    push_large(2);
    send_all();
    EXPECT_EQ(settled(status), 0u);
    EXPECT_EQ(settled(status), 0u);
    const auto reading = pipeline_.on_reply(error);
    ASSERT_THAT(reading.outcomes, SizeIs(1));
    EXPECT_FALSE(reading.outcomes[0].settles);
    EXPECT_EQ(settled(error), 2u) << "EXECABORT";
}

TEST_F(EdgeEntryPipeline, ATransactionThatIsNotSentToItsEndHasNoReply) {
    push_large(2);
    pipeline_.advance(unsent().size() - 1);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(settled(status), 0u);
    EXPECT_NE(pipeline_.on_reply(error).problem, "");
}

TEST_F(EdgeEntryPipeline, NobodyAskedForTheReplyToAForgottenTransaction) {
    const PendingEntry &one = push(large_), &other = push(large_);
    send_all();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(settled(status), 0u);
    pipeline_.forget(one);
    pipeline_.forget(other);
    EXPECT_NE(pipeline_.on_reply(error).problem, "");
}

TEST_F(EdgeEntryPipeline, WithoutTheRightToMultiEachDeliveryHasItsOwnReplyAndNoMoreAreMade) {
    push_large(2);
    push_large(0);
    send_all();
    EXPECT_EQ(settled(no_right), 0u);
    EXPECT_EQ(settled(id), 1u);
    EXPECT_EQ(settled(error), 1u);
    EXPECT_EQ(settled(error), 0u) << "EXEC without MULTI";
    push_large(2);
    EXPECT_EQ(count(unsent(), "MULTI"), 0u);
}

TEST_F(EdgeEntryPipeline, WithoutTheRightToExecTheConnectionIsLostAndNoMoreAreMade) {
    push_large(2);
    send_all();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(settled(status), 0u);
    const auto reading = pipeline_.on_reply(no_exec);
    EXPECT_THAT(std::string(reading.problem), HasSubstr("+exec"));
    EXPECT_THAT(reading.outcomes, SizeIs(2));
    pipeline_.begin_anew();
    push_large(2);
    EXPECT_EQ(count(unsent(), "MULTI"), 0u);
}

TEST_F(EdgeEntryPipeline, WhatWasNotSentBeginsAnewOnAnotherConnection) {
    push_large(3);
    unsent();
    pipeline_.advance(100);  // a part of the first
    pipeline_.begin_anew();
    EXPECT_TRUE(pipeline_.give_up(false));
    EXPECT_FALSE(pipeline_.give_up(false)) << "the others may wait";
    const auto bytes = unsent();
    EXPECT_EQ(count(bytes, "XADD"), 2u);
    EXPECT_THAT(bytes, StartsWith("*1\r\n$5\r\nMULTI"));
    EXPECT_TRUE(pipeline_.give_up(true));
    EXPECT_TRUE(pipeline_.give_up(true));
    EXPECT_FALSE(pipeline_.give_up(true));
}

TEST_F(EdgeEntryPipeline, TheLateAreToldOnceAndTheirRepliesStillRecognised) {
    EXPECT_EQ(pipeline_.oldest(), std::nullopt);
    push(first_, "s", 1);
    send_all();
    push(second_, "s", 2);
    push(third_, "s", 3);
    EXPECT_EQ(pipeline_.oldest(), at(1));
    EXPECT_THAT(pipeline_.make_late(at(2)), SizeIs(2));
    EXPECT_EQ(pipeline_.oldest(), at(3));
    EXPECT_THAT(pipeline_.make_late(at(2)), IsEmpty());
    EXPECT_THAT(unsent(), AllOf(HasSubstr("third"), Not(HasSubstr("second")))) << "not sent, not stored";
    const auto outcomes = pipeline_.on_reply(id).outcomes;
    ASSERT_THAT(outcomes, SizeIs(1));
    EXPECT_EQ(outcomes[0].waiter.metrics, nullptr) << "it was told";
}

TEST_F(EdgeEntryPipeline, WhatIsSentInPartIsSentToItsEndThoughTheRequestDies) {
    std::string text(100, 'x');
    Pieces body = {text};
    PendingEntry& pending = push(body, "s", 1);
    const auto whole = unsent();
    pipeline_.advance(whole.size() - 50);
    EXPECT_TRUE(pipeline_.leave(pending));
    EXPECT_THAT(pipeline_.make_late(at(1)), SizeIs(1)) << "owning its body a second time must change nothing";
    text.assign(100, '#');
    body.clear();
    EXPECT_EQ(unsent(), whole.substr(whole.size() - 50));
    send_all();
    EXPECT_EQ(pipeline_.on_reply(id).outcomes[0].waiter.observer, nullptr);
}

}  // namespace entry_pipeline_test
}  // namespace edge::store
