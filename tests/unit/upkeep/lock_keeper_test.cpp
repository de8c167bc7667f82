// The lock of whoever walks over history: prolonged, lost, given back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "unit/fakes/history_store.hpp"
#include "upkeep/history_world.hpp"
#include "upkeep/lock_keeper.hpp"

namespace lock_keeper_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::Contains;
using testing::Not;

class LockKeeperTest : public testing::Test {
protected:
    LockKeeperTest() {
        store_.on_call = [this](const std::string& call) {
            calls_.push_back(call);
            if (is_down_) throw redis::Error(redis::Error::Kind::connection, "no answer");
        };
    }

    template <typename Work>
    void run(Work work) {
        bool is_done = false;
        asio::co_spawn(io_, std::move(work), [&](std::exception_ptr error) {
            is_done = true;
            if (error) std::rethrow_exception(error);
        });
        run_until([&] { return is_done; });
    }
    template <typename Condition>
    void run_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        io_.restart();
        while (!condition() && std::chrono::steady_clock::now() < deadline) io_.run_one_for(1ms);
        ASSERT_TRUE(condition());
    }

    bool take() {
        bool is_taken = false;
        run([&]() -> asio::awaitable<void> { is_taken = co_await lock_.take(); });
        return is_taken;
    }
    void give_back() {
        run([&]() -> asio::awaitable<void> { co_await lock_.give_back(); });
    }
    std::size_t times_prolonged() const {
        return static_cast<std::size_t>(std::ranges::count(calls_, "lock"));
    }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    fakes::HistoryStore store_;
    bool is_down_ = false;
    std::vector<std::string> calls_;
    upkeep::LockKeeper lock_{store_, interruption_, "a:lock", {1ms, 1ms}};
};

TEST_F(LockKeeperTest, IsProlongedUntilItIsGivenBack) {
    ASSERT_TRUE(take());
    run_until([&] { return times_prolonged() > 3; });
    EXPECT_NO_THROW(lock_.check());
    give_back();
    EXPECT_EQ(calls_.back(), "unlock");
}

TEST_F(LockKeeperTest, WhatAnotherProcessHasIsNotTaken) {
    store_.locked_by_others = {"a:lock"};
    EXPECT_FALSE(take());
    EXPECT_NO_THROW(lock_.check());
    give_back();
    EXPECT_THAT(calls_, Not(Contains("unlock"))) << "it is the other one's";
}

TEST_F(LockKeeperTest, WhoeverLosesItOnTheWayStopsAtTheNextStep) {
    ASSERT_TRUE(take());
    store_.locked_by_others = {"a:lock"};
    const auto is_lost = [&] {
        try {
            lock_.check();
        } catch (const upkeep::HistoryError&) {
            return true;
        }
        return false;
    };
    run_until(is_lost);
    give_back();
}

TEST_F(LockKeeperTest, ARedisThatIsAwayForAMomentCostsNothing) {
    ASSERT_TRUE(take());
    is_down_ = true;
    const auto before = times_prolonged();
    run_until([&] { return times_prolonged() > before + 2; });
    EXPECT_NO_THROW(lock_.check());
    is_down_ = false;
    run_until([&] { return times_prolonged() > before + 5; });
    EXPECT_NO_THROW(lock_.check());
    give_back();
}

}  // namespace lock_keeper_test
