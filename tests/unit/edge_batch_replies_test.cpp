#include "ngx_module/batch_replies.hpp"

#include <gtest/gtest.h>

namespace edge {
namespace {

using Meaning = BatchReplies::Meaning;

redisReply reply(int type) {
    redisReply made{};
    made.type = type;
    return made;
}

const redisReply status = reply(REDIS_REPLY_STATUS), error = reply(REDIS_REPLY_ERROR),
                 id = reply(REDIS_REPLY_STRING), array = reply(REDIS_REPLY_ARRAY);

TEST(EdgeBatchReplies, OneDeliveryHasOneReply) {
    BatchReplies batch;
    for (const auto* answer : {&id, &error}) {
        EXPECT_FALSE(batch.under_way());
        batch.begin(1);
        EXPECT_TRUE(batch.under_way());
        EXPECT_EQ(batch.on_reply(*answer), Meaning::of_the_first);
    }
    EXPECT_FALSE(batch.under_way());
    EXPECT_TRUE(batch.transactions_allowed());
}

TEST(EdgeBatchReplies, ATransactionIsSettledByTheReplyToExec) {
    BatchReplies batch;
    for (const auto* answer : {&array, &error}) {
        batch.begin(3);
        for (int i = 0; i < 4; ++i) EXPECT_EQ(batch.on_reply(i == 2 ? error : status), Meaning::of_none);
        EXPECT_TRUE(batch.under_way());
        EXPECT_EQ(batch.on_reply(*answer), Meaning::of_each);
        EXPECT_FALSE(batch.under_way());
    }
    EXPECT_EQ(batch.size(), 3u);
    EXPECT_TRUE(batch.transactions_allowed());
}

TEST(EdgeBatchReplies, WithoutTheRightToMultiEachDeliveryHasItsOwnReply) {
    BatchReplies batch;
    batch.begin(2);
    EXPECT_EQ(batch.on_reply(error), Meaning::of_none);
    EXPECT_FALSE(batch.transactions_allowed());
    EXPECT_EQ(batch.on_reply(id), Meaning::of_the_first);
    EXPECT_EQ(batch.on_reply(error), Meaning::of_the_first);
    EXPECT_EQ(batch.on_reply(error), Meaning::of_none) << "EXEC without MULTI";
    EXPECT_FALSE(batch.under_way());
    batch.begin(1);
    EXPECT_EQ(batch.on_reply(id), Meaning::of_the_first);
    batch.allow_transactions();
    EXPECT_TRUE(batch.transactions_allowed());
}

TEST(EdgeBatchReplies, ForgetsWhatALostConnectionOwes) {
    BatchReplies batch;
    batch.begin(3);
    batch.on_reply(status);
    batch.forget();
    EXPECT_FALSE(batch.under_way());
    batch.begin(1);
    EXPECT_EQ(batch.on_reply(id), Meaning::of_the_first);
}

}  // namespace
}  // namespace edge
