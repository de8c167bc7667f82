#include "ngx_module/store_queue.hpp"

#include <gmock/gmock.h>

namespace edge {
namespace {

using Pieces = std::vector<std::string_view>;

struct Observer : StoreObserver {
    void on_stored(std::string_view) noexcept override {}
    void on_not_stored(Result) noexcept override {}
};

class EdgeStoreQueue : public testing::Test {
protected:
    PendingStore& push(const Pieces& body) {
        return queue_.push({.stream = "s", .t = "1", .received_ms = 2, .key_index = 0}, body, observer_,
                           metrics_, {});
    }

    std::string unsent(std::size_t room = 100) const {
        Pieces pieces;
        queue_.append_unsent(pieces, room);
        std::string text;
        for (const auto piece : pieces) text += piece;
        return text;
    }

    const Pieces first_ = {"first"}, second_ = {"second"}, third_ = {"third"};
    Observer observer_;
    ConnectorMetrics metrics_;
    StoreQueue queue_;
};

TEST_F(EdgeStoreQueue, SendsInTheOrderOfArrivalHoweverTheKernelCuts) {
    for (const auto* body : {&first_, &second_, &third_}) push(*body);
    const std::string whole = unsent();
    for (std::size_t sent = 0; sent < whole.size(); ++sent) {
        EXPECT_EQ(unsent(), whole.substr(sent));
        queue_.advance(1);
    }
    EXPECT_EQ(unsent(), "");
    push(first_);
    EXPECT_THAT(unsent(), testing::HasSubstr("first"));
}

TEST_F(EdgeStoreQueue, AwaitsAReplyOnlyForWhatWasSent) {
    push(first_);
    push(second_);
    const std::size_t one = unsent(3).size();
    EXPECT_FALSE(queue_.front_is_touched());
    queue_.advance(one - 1);
    EXPECT_TRUE(queue_.front_is_touched());
    EXPECT_FALSE(queue_.front_is_sent());
    queue_.advance(1);
    EXPECT_TRUE(queue_.front_is_sent());
    EXPECT_EQ(queue_.remove(queue_.begin()).observer, &observer_);
    EXPECT_FALSE(queue_.front_is_touched());
}

class EdgeStoreQueueBatches : public EdgeStoreQueue {
protected:
    void push_large(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) push(large_);
    }

    std::vector<std::size_t> batch_sizes() {
        std::vector<std::size_t> sizes;
        for (const auto& entry : queue_) sizes.push_back(entry.batch_size);
        return sizes;
    }

    static std::size_t count(const std::string& text, std::string_view part) {
        std::size_t n = 0;
        for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
        return n;
    }

    const std::string body_ = std::string(9000, 'x');
    const Pieces large_ = {body_};
};

TEST_F(EdgeStoreQueueBatches, AreMadeOfWhatRedisWouldReadInSeveralTurns) {
    push_large(3);
    queue_.make_batches();
    EXPECT_THAT(batch_sizes(), testing::ElementsAre(3, 1, 1));
    const auto bytes = unsent();
    EXPECT_THAT(bytes, testing::StartsWith("*1\r\n$5\r\nMULTI\r\n*11"));
    EXPECT_THAT(bytes, testing::EndsWith("\r\n*1\r\n$4\r\nEXEC\r\n"));
    EXPECT_EQ(count(bytes, "XADD"), 3u);
    EXPECT_EQ(count(bytes, "MULTI"), 1u);
}

TEST_F(EdgeStoreQueueBatches, AreNotMadeOfTheFewOrTheSmall) {
    push_large(1);
    queue_.make_batches();
    push(first_);
    push(second_);
    queue_.make_batches();
    EXPECT_THAT(batch_sizes(), testing::Each(1));
    EXPECT_EQ(count(unsent(), "MULTI"), 0u);
}

TEST_F(EdgeStoreQueueBatches, TakeInNothingThatCameLater) {
    push_large(2);
    queue_.make_batches();
    push_large(2);
    queue_.make_batches();
    EXPECT_THAT(batch_sizes(), testing::ElementsAre(2, 1, 2, 1));
}

TEST_F(EdgeStoreQueueBatches, AreNoLongerThanTheReplyThatWeRead) {
    push_large(StoreQueue::max_batch + 2);
    queue_.make_batches();
    EXPECT_EQ(queue_.front_batch_size(), StoreQueue::max_batch);
    EXPECT_EQ(std::next(queue_.begin(), StoreQueue::max_batch)->batch_size, 2u);
    EXPECT_EQ(count(unsent(10'000), "EXEC"), 2u);
}

TEST_F(EdgeStoreQueueBatches, DissolveWithTheConnection) {
    push_large(3);
    queue_.make_batches();
    queue_.advance(100);  // a part of the first
    queue_.remove(queue_.begin());
    queue_.dissolve_batches();
    EXPECT_THAT(batch_sizes(), testing::ElementsAre(0, 0));
    EXPECT_EQ(count(unsent(), "EXEC"), 0u);
    queue_.make_batches();
    EXPECT_THAT(batch_sizes(), testing::ElementsAre(2, 1));
    EXPECT_EQ(count(unsent(), "MULTI"), 1u);
}

TEST_F(EdgeStoreQueue, ForgetsWhatIsRemoved) {
    push(first_);
    push(second_);
    push(third_);
    queue_.remove(std::next(queue_.begin()));
    EXPECT_THAT(unsent(), testing::AllOf(testing::HasSubstr("first"), testing::HasSubstr("third")));
    EXPECT_THAT(unsent(), testing::Not(testing::HasSubstr("second")));
    queue_.remove(queue_.begin());
    queue_.remove(queue_.begin());
    EXPECT_TRUE(queue_.empty());
    EXPECT_EQ(unsent(), "");
}

TEST_F(EdgeStoreQueue, UsesItsMemoryAgain) {
    const PendingStore* const before = &push(first_);
    queue_.remove(queue_.begin());
    EXPECT_EQ(&push(second_), before);
    EXPECT_EQ(queue_.begin()->observer, &observer_);
    EXPECT_FALSE(queue_.begin()->late);
}

}  // namespace
}  // namespace edge
