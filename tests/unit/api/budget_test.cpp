// Who waits for a slot, and how many slots are to be expected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "api/budget.hpp"

namespace api_budget_test {

namespace asio = boost::asio;
using api::ServiceClass;
using namespace std::chrono_literals;
using testing::ElementsAre;

class BudgetTest : public testing::Test {
protected:
    void begin_call(std::function<void()> on_slot, ServiceClass service = ServiceClass::webhook,
                    net::Recall* recall = nullptr) {
        const auto call = [this, service, recall, on_slot = std::move(on_slot)]() -> asio::awaitable<void> {
            try {
                co_await budget_->wait(interruption_, service, recall);
            } catch (const net::Interrupted&) {
                ++interrupted_;
                co_return;
            }
            on_slot();
        };
        asio::co_spawn(io_, call, asio::detached);
    }

    void use(api::RateLimit limit, double history_share = api::default_history_share) {
        budget_ = std::make_shared<api::Budget>(io_.get_executor(), limit, nullptr, history_share);
    }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    std::shared_ptr<api::Budget> budget_ =
        std::make_shared<api::Budget>(io_.get_executor(), api::RateLimit{1000, 1s}, nullptr);
    int interrupted_ = 0;
};

TEST_F(BudgetTest, APauseConcernsThoseWhoWait) {
    std::vector<std::chrono::steady_clock::time_point> slots;
    const auto note = [&] { slots.push_back(std::chrono::steady_clock::now()); };
    begin_call([&] {
        note();
        budget_->pause(50ms);
    });
    begin_call(note);
    io_.run();
    ASSERT_EQ(slots.size(), 2u);
    EXPECT_GE(slots[1] - slots[0], 50ms);
}

TEST_F(BudgetTest, OfTwoLimitsTheLowerOneCounts) {
    budget_->tighten({0, 1s});  // none
    EXPECT_GT(budget_->calls_within(10s), 9000u);
    budget_->tighten({10, 1s});
    EXPECT_LE(budget_->calls_within(10s), 100u);
    budget_->tighten({1000, 1s});
    EXPECT_LE(budget_->calls_within(10s), 100u);
}

TEST_F(BudgetTest, APauseThatIsOverIsNotThePaceToComeBy) {
    for (const bool pauses : {true, false})
        begin_call([this, pauses] {
            if (pauses) budget_->pause(200ms);
        });
    io_.run();
    EXPECT_GT(budget_->calls_within(10s), 9000u);
}

TEST_F(BudgetTest, WhoeverIsInAHurryLetsTheOthersWait) {
    use({50, 60s});
    budget_->hurry();
    const auto begin = std::chrono::steady_clock::now();
    int begun = 0;
    for (int i = 0; i < 4; ++i) begin_call([&] { ++begun; });
    while (begun < 4) io_.run_one();
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(took, 300ms) << "ten a second";
    EXPECT_LE(took, 2s) << "and not one in 1.2 seconds";
}

TEST_F(BudgetTest, ALimitOfASecondIsKeptInAHurryToo) {
    use({10, 1s});
    budget_->hurry();
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 4; ++i) begin_call([] {});
    io_.run();
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 300ms);
}

// The schedule that all share.
class SlotCounter final : public api::SharedSchedule {
public:
    int taken = 0;
    asio::awaitable<std::optional<api::SharedSlot>> reserve(std::chrono::nanoseconds, bool) override {
        ++taken;
        co_return api::SharedSlot{std::chrono::hours(1)};
    }
    asio::awaitable<void> pause(std::chrono::nanoseconds) override { co_return; }
};

TEST_F(BudgetTest, WhoeverIsInAHurryTakesSlotsAllTheSame) {
    const auto shared = std::make_shared<SlotCounter>();
    budget_ = std::make_shared<api::Budget>(io_.get_executor(), api::RateLimit{50, 60s}, shared);
    budget_->hurry();
    for (int i = 0; i < 3; ++i) begin_call([] {});
    io_.run();
    EXPECT_EQ(shared->taken, 3);
}

// All processes of an account; what another one told of webhooks is said here, too.
class SharedAccount final : public api::SharedSchedule {
public:
    std::vector<bool> told;
    std::optional<std::chrono::nanoseconds> since_webhooks;

    asio::awaitable<std::optional<api::SharedSlot>> reserve(std::chrono::nanoseconds,
                                                            bool has_webhooks) override {
        told.push_back(has_webhooks);
        co_return api::SharedSlot{{}, since_webhooks};
    }
    asio::awaitable<void> pause(std::chrono::nanoseconds) override { co_return; }
};

TEST_F(BudgetTest, TheOthersAreToldOnceASecondThatWebhooksCome) {
    const auto shared = std::make_shared<SharedAccount>();
    budget_ = std::make_shared<api::Budget>(io_.get_executor(), api::RateLimit{1000, 1s}, shared);
    begin_call([] {}, ServiceClass::history);
    io_.run();
    EXPECT_THAT(shared->told, ElementsAre(false));
    for (int i = 0; i < 3; ++i) begin_call([] {});
    io_.restart();
    io_.run();
    EXPECT_THAT(shared->told, ElementsAre(false, true, false, false));
}

// One of fifty slots, each ten milliseconds long.
TEST_F(BudgetTest, HistoryKeepsToItsShareWhileAnotherProcessHasWebhooks) {
    const auto shared = std::make_shared<SharedAccount>();
    budget_ = std::make_shared<api::Budget>(io_.get_executor(), api::RateLimit{100, 1s}, shared, 0.02);
    const auto both_take = [this] {
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < 2; ++i) begin_call([] {}, ServiceClass::history);
        io_.restart();
        io_.run();
        return std::chrono::steady_clock::now() - begin;
    };
    EXPECT_LT(both_take(), 400ms);
    shared->since_webhooks = 1s;
    EXPECT_GE(both_take(), 490ms);
}

TEST_F(BudgetTest, AWebhooksCallOvertakesThoseForHistory) {
    std::vector<std::string> calls;
    for (const auto* name : {"history 1", "history 2"})
        begin_call([&calls, name] { calls.push_back(name); }, ServiceClass::history);
    begin_call([&] { calls.push_back("webhook"); });
    io_.run();
    EXPECT_THAT(calls, ElementsAre("webhook", "history 1", "history 2"));
}

// History's next turn is a hundred slots later than its last one.
TEST_F(BudgetTest, AWebhookDoesNotWaitForHistorysNextTurn) {
    use({10'000, 1s}, 0.01);
    std::vector<std::string> calls;
    begin_call([&] { calls.push_back("webhook"); });
    for (const auto* name : {"history 1", "history 2"})
        begin_call([&calls, name] { calls.push_back(name); }, ServiceClass::history);
    while (calls.size() < 2) io_.run_one();
    begin_call([&] { calls.push_back("late webhook"); });
    io_.run();
    EXPECT_THAT(calls, ElementsAre("webhook", "history 1", "late webhook", "history 2"));
}

TEST_F(BudgetTest, HistoryThatWaitsForItsTurnEndsWhenTheAgentStops) {
    use({10, 1s}, 0.01);
    begin_call([] {});
    bool has_begun = false;
    begin_call([&] { has_begun = true; }, ServiceClass::history);
    for (int i = 0; i < 2; ++i) begin_call([] {}, ServiceClass::history);
    while (!has_begun) io_.run_one();
    interruption_.request();
    io_.run();
    EXPECT_EQ(interrupted_, 2);
}

TEST_F(BudgetTest, HistoryDoesNotSlowDownThePaceOfWebhooks) {
    use({1000, 1s}, 0.02);
    begin_call([] {});
    for (int i = 0; i < 3; ++i) begin_call([] {}, ServiceClass::history);
    io_.run_for(80ms);
    EXPECT_GT(budget_->calls_within(10s), 1000u) << "at history's pace it would be 200";
    io_.run();
}

TEST_F(BudgetTest, ACallThatIsRecalledWaitsNoLongerAndLeavesItsSlotToOthers) {
    use({10, 1s});
    net::Recall recall;
    std::vector<std::string> order;
    begin_call([&] { order.emplace_back("first"); });
    begin_call([&] { order.emplace_back("recalled"); }, ServiceClass::history, &recall);
    begin_call([&] { order.emplace_back("second"); });
    io_.run_for(10ms);
    const auto begin = std::chrono::steady_clock::now();
    recall.request();
    io_.restart();
    io_.poll();
    EXPECT_THAT(order, ElementsAre("first", "recalled"));
    begin_call([&] { order.emplace_back("at once"); }, ServiceClass::history, &recall);
    io_.poll();
    EXPECT_THAT(order, ElementsAre("first", "recalled", "at once"));
    io_.run();
    EXPECT_THAT(order, ElementsAre("first", "recalled", "at once", "second"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
}

TEST_F(BudgetTest, OfTwoSharesOfHistoryTheLowerOneCounts) {
    use({10, 1s}, 0.5);
    budget_->tighten({10, 1s}, 0.1);
    budget_->tighten({10, 1s}, 1);
    std::vector<std::chrono::steady_clock::time_point> slots;
    const auto note = [&] { slots.push_back(std::chrono::steady_clock::now()); };
    begin_call(note, ServiceClass::history);
    begin_call([] {});
    io_.run_for(150ms);
    begin_call(note, ServiceClass::history);
    io_.restart();
    io_.run_for(700ms);
    EXPECT_EQ(slots.size(), 1u) << "the second comes a second after the first";
    io_.restart();
    io_.run();
    EXPECT_EQ(slots.size(), 2u);
}

}  // namespace api_budget_test
