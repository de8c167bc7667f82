// The slots that all agents share, when Redis's clock is not what it was.
#include "api/credential.hpp"
#include "app/budgets.hpp"
#include "e2e/path/on_redis.hpp"
#include "redis/shared_schedule.hpp"

namespace e2e {
namespace shared_schedule_test {

using namespace std::chrono_literals;

class PathSharedSchedule : public OnRedis {
protected:
    // How long the caller has to wait for its slot.
    std::chrono::nanoseconds reserve(std::chrono::nanoseconds interval) {
        return slot(schedule_, interval, false).wait;
    }
    api::SharedSlot slot(redis::SharedSchedule& schedule, std::chrono::nanoseconds interval,
                         bool has_webhooks) {
        return result_of(schedule.reserve(interval, has_webhooks)).value();
    }

    // As if the clock had been set back by so much after the last slot was given.
    void set_clock_back(std::chrono::microseconds by) {
        using std::chrono::system_clock;
        const auto now =
            std::chrono::duration_cast<std::chrono::microseconds>(system_clock::now().time_since_epoch());
        set(std::to_string((now + by).count()));
    }
    void set(const std::string& value) { redis_.client().text({"SET", key_, value}); }

    std::string key_ = redis::budget_key("calendly", "token");
    std::shared_ptr<redis::Client> client_ = make_client();
    redis::SharedSchedule schedule_{client_, [this] { return key_; }};
};

// Further ahead than the longest pause and many agents' slots: it says nothing about calls that were made.
TEST_F(PathSharedSchedule, AClockThatIsSetBackStopsNobody) {
    testing::internal::CaptureStdout();
    for (const std::chrono::microseconds by : {std::chrono::microseconds(2min), std::chrono::microseconds(1h),
                                               std::chrono::microseconds(24h * 36500)}) {
        set_clock_back(by);
        EXPECT_EQ(reserve(120ms), 0ns);
        const auto next = reserve(120ms);
        EXPECT_GT(next, 0ns) << "and goes on from there";
        EXPECT_LE(next, 120ms);
        redis_.client().integer({"DEL", key_});
    }
    EXPECT_NE(testing::internal::GetCapturedStdout().find("the schedule begins anew"), std::string::npos);
}

TEST_F(PathSharedSchedule, WhatIsNoTimeStopsNobody) {
    for (const auto* text : {"", "soon", "inf", "-inf", "nan", "1e300", "-5", "0x10"}) {
        set(text);
        EXPECT_EQ(reserve(120ms), 0ns) << text;
        EXPECT_LE(reserve(120ms), 120ms) << text;
    }
    redis_.client().integer({"DEL", key_});
    redis_.client().integer({"RPUSH", key_, "a"});
    EXPECT_EQ(reserve(120ms), 0ns) << "nor does a list";
    EXPECT_LE(reserve(120ms), 120ms);
}

// The APIs ask for a minute at most.
TEST_F(PathSharedSchedule, APauseThatCanBeIsKept) {
    auto paused = boost::asio::co_spawn(io_, schedule_.pause(60s), boost::asio::use_future);
    while (paused.wait_for(0s) != std::future_status::ready) io_.run_one();
    EXPECT_GT(reserve(120ms), 59s);
    EXPECT_GT(reserve(120ms), 59s);
}

// Slots that many agents have taken are not forgotten, however slow the pace.
TEST_F(PathSharedSchedule, AllProcessesOfAnAccountKnowThatWebhooksCome) {
    redis::SharedSchedule another(client_, [this] { return key_; });
    redis::SharedSchedule of_another_account(client_, [] { return redis::budget_key("calendly", "other"); });
    EXPECT_FALSE(slot(another, 1ms, false).since_webhooks);
    slot(schedule_, 1ms, true);
    const auto since = slot(another, 1ms, false).since_webhooks;
    ASSERT_TRUE(since);
    EXPECT_LT(*since, 5s);
    EXPECT_FALSE(slot(of_another_account, 1ms, false).since_webhooks);
    EXPECT_LE(redis_.client().integer({"PTTL", key_ + ":webhooks"}), 10'000) << "it is forgotten by itself";
}

TEST_F(PathSharedSchedule, BudgetsThatEndWhileASlotIsReservedLeaveNothing) {
    auto io = std::make_unique<boost::asio::io_context>(1);
    net::Interruption interruption(io->get_executor());
    auto budgets = std::make_unique<app::Budgets>(io->get_executor(), servers_);
    const auto whose = std::make_shared<api::StaticCredential>("token");
    const std::weak_ptr<api::Budget> budget = budgets->get("calendly", whose, {1, 1s});
    budgets->hurry();  // a call waits for no reply of Redis
    const auto call = [&] {
        auto turn = boost::asio::co_spawn(*io, budget.lock()->wait(interruption), boost::asio::use_future);
        io->restart();
        while (turn.wait_for(0s) != std::future_status::ready) io->run_one();
    };
    call();
    harness::wait_until([&] { return io->poll(), redis_.client().integer({"EXISTS", key_}) == 1; },
                        "the slot should be taken");
    redis_.client().command({"CLIENT", "PAUSE", "60000", "WRITE"});
    call();
    budgets.reset();
    io.reset();
    EXPECT_TRUE(budget.expired());
    redis_.client().command({"CLIENT", "UNPAUSE"});
}

TEST_F(PathSharedSchedule, SlotsThatAreTakenStay) {
    for (int agent = 0; agent < 10; ++agent) reserve(1h);
    EXPECT_GT(reserve(1h), 9h);
}

}  // namespace shared_schedule_test
}  // namespace e2e
