#include "redis/pause_board.hpp"

#include <functional>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "redis/error.hpp"
#include "unit/fakes/pause_switch.hpp"

namespace pause_board_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using redis::Pause;
using redis::PauseTold;

const Pause pause{"ann", "a change at Brevo", 1'700'000'000'000};

class PauseBoardTest : public testing::Test {
protected:
    using Answer = std::optional<std::vector<PauseTold>>;

    // The board asks once for each of `answers`; after the last one the agent stops.
    void tell(std::vector<std::function<Answer()>> answers) {
        answers_ = std::move(answers);
        asio::co_spawn(io_, board_.run(interruption_), asio::detached);
        io_.restart();
        io_.run();
    }

    asio::awaitable<Answer> answer(const std::vector<std::string>& connectors) {
        asked_.push_back(connectors);
        const auto next = answers_.at(asked_.size() - 1);
        if (asked_.size() == answers_.size()) interruption_.request();
        co_return next();
    }

    // What a watch of the first connector sees, look by look.
    void watch() {
        const auto loop = [this]() -> asio::awaitable<void> {
            for (bool goes_on = true; goes_on;) {
                co_await look();
                goes_on = co_await first_.wait(1ms, interruption_);
            }
        };
        asio::co_spawn(io_, loop, asio::detached);
    }

    asio::awaitable<void> look() {
        try {
            const auto state = co_await first_.state();
            seen_.push_back(state ? state->by : "nobody");
        } catch (const redis::Error&) {
            seen_.push_back("trouble");
        }
    }

    static std::function<Answer()> told(std::optional<Pause> first, std::optional<Pause> second = {}) {
        return [=] { return Answer({{true, first}, {true, second}}); };
    }

    asio::io_context io_{1};
    net::Interruption interruption_{io_.get_executor()};
    redis::PauseBoard board_{io_.get_executor(), [this](const auto& all) { return answer(all); }, 1ms};
    fakes::PauseSwitch own_;
    redis::BoardedPauseSwitch first_{board_.take_seat("first"), own_};
    std::shared_ptr<redis::PauseBoard::Seat> second_ = board_.take_seat("second");
    std::vector<std::function<Answer()>> answers_;
    std::vector<std::vector<std::string>> asked_;
    std::vector<std::string> seen_;
};

const std::function<std::optional<std::vector<PauseTold>>()> refused =
    []() -> std::optional<std::vector<PauseTold>> { throw redis::Error(redis::Error::Kind::connection, "it is away"); };

TEST_F(PauseBoardTest, AsksForAllAtOnce) {
    tell({told({})});
    EXPECT_EQ(asked_, (std::vector<std::vector<std::string>>{{"first", "second"}}));
}

TEST_F(PauseBoardTest, TellsWhatChangesAndNothingElse) {
    watch();
    tell({told({}), told({}), told(pause), told(pause), told({}), told({})});
    EXPECT_EQ(seen_, (std::vector<std::string>{"nobody", "ann", "nobody"}));
    EXPECT_EQ(own_.looks, 0);
}

TEST_F(PauseBoardTest, AnothersPauseIsNoNews) {
    watch();
    tell({told({}), told({}, pause), told({})});
    EXPECT_EQ(seen_, (std::vector<std::string>{"nobody"}));
    EXPECT_FALSE(second_->told.pause);
}

TEST_F(PauseBoardTest, TroubleIsToldOnceAndSoIsItsEnd) {
    watch();
    tell({told(pause), refused, refused, told(pause), told(pause)});
    EXPECT_EQ(seen_, (std::vector<std::string>{"ann", "trouble", "ann"}));
}

TEST_F(PauseBoardTest, WhoeverCannotBeToldAsksForItself) {
    own_.pause_now = Pause{"bea", "", 1};
    own_.on_look = [this] {
        if (own_.looks == 3) interruption_.request();
    };
    watch();
    tell({[] { return Answer(); }, told({})});
    EXPECT_EQ(seen_, (std::vector<std::string>{"bea", "bea", "bea"}));
    EXPECT_EQ(asked_.size(), 1u) << "a cluster answers none of them at once";
}

TEST_F(PauseBoardTest, ABrokenKeyIsTheConnectorsOwnMatter) {
    watch();
    tell({told({}), [] { return Answer({{false, {}}, {true, {}}}); }, told({}), told({})});
    EXPECT_GE(own_.looks, 1);
    EXPECT_EQ(seen_.back(), "nobody");
}

TEST_F(PauseBoardTest, NewsThatComeBeforeSomebodyWaitsAreNotMissed) {
    tell({told({}), told(pause)});
    watch();
    io_.restart();
    io_.run();
    EXPECT_EQ(seen_, (std::vector<std::string>{"ann"}));
}

}  // namespace pause_board_test
