// Who waits for a slot, and how many slots are to be expected.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "api/budget.hpp"

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class BudgetTest : public testing::Test {
protected:
    void begin_call(std::function<void()> on_slot) {
        const auto call = [this, on_slot = std::move(on_slot)]() -> asio::awaitable<void> {
            co_await budget_->wait(interruption_);
            on_slot();
        };
        asio::co_spawn(io_, call, asio::detached);
    }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    std::shared_ptr<api::Budget> budget_ =
        std::make_shared<api::Budget>(io_.get_executor(), api::RateLimit{1000, 1s}, nullptr);
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

}  // namespace
