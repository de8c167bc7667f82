#include "net/event.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace event_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

class NetEvent : public testing::Test {
protected:
    // What can be done now is done.
    void turn() {
        io_.restart();
        io_.poll();
    }
    void start_waiting() {
        asio::co_spawn(io_, wait(), asio::detached);
        turn();
    }
    void start_waiting(std::chrono::milliseconds limit) {
        asio::co_spawn(io_, wait_until(steady_clock::now() + limit), asio::detached);
        turn();
    }
    asio::awaitable<void> wait() {
        co_await event_.wait();
        ++gone_on_;
    }
    asio::awaitable<void> wait_until(steady_clock::time_point end) {
        co_await event_.wait_until(end);
        ++gone_on_;
    }

    asio::io_context io_{1};
    net::Event event_{io_.get_executor()};
    int gone_on_ = 0;
};

TEST_F(NetEvent, SetWakesAllAndLaterOnesDoNotWait) {
    start_waiting();
    start_waiting(1h);
    EXPECT_EQ(gone_on_, 0);
    event_.set();
    turn();
    EXPECT_EQ(gone_on_, 2);
    start_waiting();
    start_waiting(1h);
    EXPECT_EQ(gone_on_, 4);
}

TEST_F(NetEvent, AfterClearOneWaitsAgain) {
    event_.set();
    event_.clear();
    EXPECT_FALSE(event_.is_set());
    start_waiting();
    EXPECT_EQ(gone_on_, 0);
}

TEST_F(NetEvent, NotifyWakesThoseWhoWaitOnly) {
    start_waiting();
    start_waiting(1h);
    event_.notify();
    turn();
    EXPECT_EQ(gone_on_, 2);
    EXPECT_FALSE(event_.is_set());
    start_waiting();
    EXPECT_EQ(gone_on_, 2);
}

TEST_F(NetEvent, AWaitWithALimitEndsWithIt) {
    start_waiting(0ms);
    turn();
    EXPECT_EQ(gone_on_, 1);
    event_.notify();  // nobody is left
    turn();
    EXPECT_EQ(gone_on_, 1);
}

TEST_F(NetEvent, AWaitEndsWhenTheAgentStops) {
    net::Interruption interruption(io_.get_executor());
    std::optional<bool> goes_on;
    const auto wait_for_event = [&]() -> asio::awaitable<void> {
        goes_on = co_await event_.wait_until(net::Event::Time::max(), interruption);
    };
    asio::co_spawn(io_, wait_for_event(), asio::detached);
    turn();
    EXPECT_FALSE(goes_on.has_value());
    interruption.request();
    turn();
    EXPECT_EQ(goes_on, false);
    event_.set();
    asio::co_spawn(io_, wait_for_event(), asio::detached);
    turn();
    EXPECT_EQ(goes_on, false);
}

}  // namespace event_test
