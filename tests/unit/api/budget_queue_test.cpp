// Whose call is next, rule by rule. Slots lie a second apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "api/budget_queue.hpp"

namespace budget_queue_test {

using api::ServiceClass;
using namespace std::chrono_literals;
using testing::ElementsAre;

class BudgetQueueTest : public testing::Test {
protected:
    using Queue = api::BudgetQueue<std::string>;

    void webhook(std::string call) { queue_.push(ServiceClass::webhook, std::move(call), now_); }
    void visitor(std::string call) { queue_.push(ServiceClass::visitor, std::move(call), now_); }
    void history(std::string call) { queue_.push(ServiceClass::history, std::move(call), now_); }

    // Who has the slots, one after the other; "" when one is left empty.
    std::vector<std::string> slots(int count) {
        std::vector<std::string> calls;
        for (; count > 0; --count, now_ += 1s) calls.push_back(queue_.take(now_, 1s).value_or(""));
        return calls;
    }

    // How many of `count` slots history has when there is always some of it, and webhooks come in every
    // `webhook_every`th slot.
    int slots_of_history(int count, int webhook_every) {
        int taken = 0;
        for (int slot = 0; slot < count; ++slot, now_ += 1s) {
            if (slot % webhook_every == 0) webhook("webhook");
            history("history");
            if (queue_.take(now_, 1s) == "history") ++taken;
        }
        return taken;
    }

    Queue queue_{0.1};
    Queue::Time now_{1h};
};

TEST_F(BudgetQueueTest, WithinAClassWhoeverCameFirstGoesFirst) {
    for (const auto* call : {"a", "b", "c"}) webhook(call);
    EXPECT_THAT(slots(3), ElementsAre("a", "b", "c"));
    now_ += 1h;
    for (const auto* call : {"d", "e"}) history(call);
    EXPECT_THAT(slots(2), ElementsAre("d", "e"));
}

TEST_F(BudgetQueueTest, AWebhookIsAlwaysNext) {
    for (const auto* call : {"h1", "h2"}) history(call);
    webhook("w1");
    webhook("w2");
    EXPECT_THAT(slots(3), ElementsAre("w1", "w2", "h1"));
    webhook("w3");
    EXPECT_THAT(slots(1), ElementsAre("w3"));
}

TEST_F(BudgetQueueTest, VisitorsOvertakeAndLeaveEverySecondSlotToWebhooks) {
    history("h");
    for (const auto* call : {"w1", "w2"}) webhook(call);
    for (const auto* call : {"v1", "v2", "v3", "v4"}) visitor(call);
    EXPECT_THAT(slots(6), ElementsAre("v1", "w1", "v2", "w2", "v3", "v4"));
    EXPECT_THAT(slots(1), ElementsAre("h"));
}

TEST_F(BudgetQueueTest, HistoryHasAllSlotsWhenNothingElseIsToDo) {
    for (const auto* call : {"a", "b", "c"}) history(call);
    EXPECT_EQ(queue_.next(now_, 1s), now_);
    EXPECT_THAT(slots(3), ElementsAre("a", "b", "c"));
}

TEST_F(BudgetQueueTest, AfterAWebhookHistoryHasItsShareAlone) {
    webhook("w");
    for (const auto* call : {"a", "b"}) history(call);
    EXPECT_THAT(slots(2), ElementsAre("w", "a"));
    EXPECT_EQ(queue_.next(now_, 1s), now_ + 8s) << "ten seconds after the last webhook";
    EXPECT_THAT(slots(8), testing::Each(""));
    EXPECT_THAT(slots(1), ElementsAre("b"));
}

TEST_F(BudgetQueueTest, WebhooksOfAnotherProcessCountAsWell) {
    for (const auto* call : {"h1", "h2"}) history(call);
    EXPECT_THAT(slots(1), ElementsAre("h1"));
    queue_.note_webhooks(now_);
    EXPECT_THAT(slots(10), ElementsAre("", "", "", "", "", "", "", "", "", "h2"));
}

TEST_F(BudgetQueueTest, HistoryHasAllSlotsAgainWhenNoWebhookHasComeForAWhile) {
    webhook("w");
    slots(1);
    now_ += 10s;
    for (const auto* call : {"a", "b", "c"}) history(call);
    EXPECT_THAT(slots(3), ElementsAre("a", "b", "c"));
}

TEST_F(BudgetQueueTest, OfTheSlotsWhileWebhooksComeHistoryHasAboutItsShare) {
    EXPECT_THAT(slots_of_history(1000, 2), testing::AllOf(testing::Ge(80), testing::Le(101)));
    EXPECT_THAT(slots_of_history(1000, 7), testing::AllOf(testing::Ge(80), testing::Le(101)));
}

TEST_F(BudgetQueueTest, HistoryHasNothingWhileThereIsAWebhookForEverySlot) {
    EXPECT_EQ(slots_of_history(1000, 1), 0);
}

TEST_F(BudgetQueueTest, WithoutALimitThereIsNothingToShare) {
    webhook("w");
    for (const auto* call : {"a", "b"}) history(call);
    for (const auto* call : {"w", "a", "b"}) EXPECT_EQ(queue_.take(now_, 0s), call);
}

TEST_F(BudgetQueueTest, OneWhoNoLongerWaitsLeavesItsPlaceToTheNext) {
    webhook("a");
    webhook("b");
    history("c");
    queue_.remove("a");
    queue_.remove("c");
    EXPECT_THAT(slots(1), ElementsAre("b"));
    EXPECT_TRUE(queue_.is_empty());
    EXPECT_EQ(queue_.next(now_, 1s), Queue::never);
    EXPECT_EQ(queue_.take(now_, 1s), std::nullopt);
}

TEST_F(BudgetQueueTest, TellsHowLongAllThatWaitHaveToWait) {
    EXPECT_EQ(queue_.time_to_drain(ServiceClass::history, 1s), 0s);
    for (const auto* call : {"a", "b"}) webhook(call);
    history("c");
    EXPECT_EQ(queue_.time_to_drain(ServiceClass::webhook, 1s), 2s) << "history does not hold it up";
    EXPECT_EQ(queue_.time_to_drain(ServiceClass::history, 1s), 12s);
}

}  // namespace budget_queue_test
