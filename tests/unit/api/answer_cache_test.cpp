// Answers are asked for once, kept for a while, and never older than what they are about.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "api/answer_cache.hpp"

namespace answer_cache_test {

namespace asio = boost::asio;
using api::Answer;
using std::chrono::system_clock;
using namespace std::chrono_literals;

constexpr auto long_ago = system_clock::time_point::min();

struct TestClock {
    using time_point = system_clock::time_point;
    static time_point now() { return time; }
    static inline time_point time{1h};
};

class LinkCacheTest : public testing::Test {
protected:
    using Cache = api::AnswerCache<int, TestClock>;

    // Every answer is the number of times that the API was asked, and arrives when let() says so.
    void ask(Cache& cache, const std::string& key, system_clock::time_point since) {
        const auto fetch = [this]() -> asio::awaitable<Answer<int>> {
            const int number = ++asked_;
            co_await answers_.async_wait(net::as_result);
            if (is_broken_) throw std::runtime_error("broken");
            if (is_refused_ || number == refused_number_) co_return api::ApiFailure{};
            co_return number;
        };
        const auto get = [this, &cache, key, since, fetch]() -> asio::awaitable<void> {
            try {
                const auto answer = co_await cache.get(key, since, fetch);
                got_.push_back(answer ? *answer : -1);
            } catch (const std::runtime_error&) {
                got_.push_back(-2);
            }
        };
        asio::co_spawn(io_, get, asio::detached);
        run();
    }

    void run() {
        io_.restart();
        io_.poll();
    }

    void let() {
        answers_.cancel();
        run();
    }

    int ask_and_let(Cache& cache, const std::string& key, system_clock::time_point since) {
        ask(cache, key, since);
        let();
        return got_.back();
    }

    asio::io_context io_;
    asio::steady_timer answers_{io_, asio::steady_timer::time_point::max()};
    int asked_ = 0;
    bool is_broken_ = false;
    bool is_refused_ = false;
    int refused_number_ = 0;
    std::vector<int> got_;
    net::Waiting waiting_;
};

TEST_F(LinkCacheTest, EqualQuestionsAtOnceAreAskedOnce) {
    Cache cache({.lifetime = 60s}, waiting_);
    for (int i = 0; i < 3; ++i) ask(cache, "a", long_ago);
    ask(cache, "b", long_ago);
    EXPECT_EQ(asked_, 2);
    EXPECT_TRUE(got_.empty());
    EXPECT_EQ(waiting_.count(), 2u) << "for the answer that another one asked for";
    let();
    EXPECT_EQ(got_, (std::vector<int>{1, 2, 1, 1}));
    EXPECT_EQ(waiting_.count(), 0u);
}

TEST_F(LinkCacheTest, AnAnswerServesUntilItsTimeIsOver) {
    Cache cache({.lifetime = 60s}, waiting_);
    EXPECT_EQ(ask_and_let(cache, "a", long_ago), 1);
    TestClock::time += 60s;
    EXPECT_EQ(ask_and_let(cache, "a", long_ago), 1);
    TestClock::time += 1s;
    EXPECT_EQ(ask_and_let(cache, "a", long_ago), 2);
    cache.forget("a");
    EXPECT_EQ(ask_and_let(cache, "a", long_ago), 3);
    Cache forgetful({.lifetime = 0s}, waiting_);
    EXPECT_EQ(ask_and_let(forgetful, "a", long_ago), 4);
    EXPECT_EQ(ask_and_let(forgetful, "a", long_ago), 5);
}

TEST_F(LinkCacheTest, AnAnswerOlderThanTheDeliveryIsNotUsed) {
    Cache cache({.lifetime = 60s}, waiting_);
    EXPECT_EQ(ask_and_let(cache, "a", long_ago), 1);
    EXPECT_EQ(ask_and_let(cache, "a", TestClock::now() + 1h), 2);
    ask(cache, "b", long_ago);
    ask(cache, "b", TestClock::now() + 1h);
    EXPECT_EQ(asked_, 4) << "nor one that is on its way";
    let();
}

TEST_F(LinkCacheTest, AFailureServesThoseWhoWaitAndIsKeptOnlyWhenItShouldBe) {
    is_refused_ = true;
    Cache cache({.lifetime = 60s}, waiting_);
    ask(cache, "a", long_ago);
    ask(cache, "a", long_ago);
    let();
    EXPECT_EQ(got_, (std::vector<int>{-1, -1}));
    EXPECT_EQ(asked_, 1);
    ask_and_let(cache, "a", long_ago);
    EXPECT_EQ(asked_, 2);
    Cache keeping({.lifetime = 60s, .failure_lifetime = 60s}, waiting_);
    ask_and_let(keeping, "a", long_ago);
    ask_and_let(keeping, "a", long_ago);
    EXPECT_EQ(asked_, 3);
}

TEST_F(LinkCacheTest, AFailureForgetsNothingButItself) {
    refused_number_ = 1;
    Cache cache({.lifetime = 60s}, waiting_);
    ask(cache, "a", long_ago);
    ask(cache, "a", TestClock::now() + 1s);
    let();
    EXPECT_EQ(got_, (std::vector<int>{-1, 2}));
    EXPECT_EQ(ask_and_let(cache, "a", long_ago), 2) << "the newer answer is there";
    refused_number_ = 3;
    ask(cache, "b", long_ago);
    cache.forget("b");
    let();
    EXPECT_EQ(got_.back(), -1) << "although it is forgotten already";
}

TEST_F(LinkCacheTest, AnInterruptionReachesEverybodyWhoWaits) {
    is_broken_ = true;
    Cache cache({.lifetime = 60s}, waiting_);
    ask(cache, "a", long_ago);
    ask(cache, "a", long_ago);
    let();
    EXPECT_EQ(got_, (std::vector<int>{-2, -2}));
    is_broken_ = false;
    EXPECT_EQ(ask_and_let(cache, "a", long_ago), 2);
}

TEST_F(LinkCacheTest, KeepsNoMoreThanItMay) {
    Cache cache({.lifetime = 60s, .most = 2}, waiting_);
    for (const auto* key : {"a", "b", "c"}) ask_and_let(cache, key, long_ago);
    EXPECT_EQ(asked_, 3);
    EXPECT_EQ(ask_and_let(cache, "c", long_ago), 3) << "the newest is there";
    EXPECT_EQ(ask_and_let(cache, "a", long_ago), 4);
    Cache short_lived({.lifetime = 0s, .failure_lifetime = 60s, .most = 1}, waiting_);
    ask_and_let(short_lived, "a", long_ago);
    EXPECT_EQ(ask_and_let(short_lived, "b", long_ago), 6);
}

TEST_F(LinkCacheTest, MakesRoomOfWhatIsOldFirst) {
    Cache cache({.lifetime = 60s, .most = 2}, waiting_);
    ask_and_let(cache, "old", long_ago);
    TestClock::time += 61s;
    EXPECT_EQ(ask_and_let(cache, "new", long_ago), 2);
    ask_and_let(cache, "newest", long_ago);
    EXPECT_EQ(ask_and_let(cache, "new", long_ago), 2);
}

TEST_F(LinkCacheTest, KeepsWhatIsOnItsWay) {
    Cache cache({.lifetime = 60s, .most = 1}, waiting_);
    for (const auto* key : {"a", "b", "a"}) ask(cache, key, long_ago);
    EXPECT_EQ(asked_, 2);
    let();
}

}  // namespace answer_cache_test
