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
        return queue_.push({.stream = "s", .t = "1", .received_ms = 2, .key_index = 0}, body, observer_, metrics_, {});
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

TEST_F(EdgeStoreQueue, AwaitsARepliesOnlyForWhatWasSent) {
    push(first_);
    push(second_);
    const std::size_t one = unsent(3).size();
    EXPECT_FALSE(queue_.awaits_reply());
    queue_.advance(one - 1);
    EXPECT_FALSE(queue_.awaits_reply());
    EXPECT_FALSE(queue_.front_is_untouched());
    queue_.advance(1);
    EXPECT_TRUE(queue_.awaits_reply());
    EXPECT_EQ(queue_.remove_front().observer, &observer_);
    EXPECT_FALSE(queue_.awaits_reply());
    EXPECT_TRUE(queue_.front_is_untouched());
}

TEST_F(EdgeStoreQueue, ForgetsWhatIsRemoved) {
    push(first_);
    push(second_);
    push(third_);
    queue_.remove(std::next(queue_.begin()));
    EXPECT_THAT(unsent(), testing::AllOf(testing::HasSubstr("first"), testing::HasSubstr("third")));
    EXPECT_THAT(unsent(), testing::Not(testing::HasSubstr("second")));
    queue_.remove_front();
    queue_.remove_front();
    EXPECT_TRUE(queue_.empty());
    EXPECT_EQ(unsent(), "");
}

TEST_F(EdgeStoreQueue, UsesItsMemoryAgain) {
    const PendingStore* const before = &push(first_);
    queue_.remove_front();
    EXPECT_EQ(&push(second_), before);
    EXPECT_EQ(queue_.begin()->observer, &observer_);
    EXPECT_FALSE(queue_.begin()->late);
}

}  // namespace
}  // namespace edge
