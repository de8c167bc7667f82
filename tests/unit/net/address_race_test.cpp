// Which of a name's addresses is connected to, and when the next one is tried.
#include "net/address_race.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/deadline.hpp"
#include "unit/sandbox/support.hpp"

namespace address_race_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::steady_clock;
using testing::ElementsAre;

enum class Fate { answers, refuses, swallows };

tcp::endpoint at(unsigned short port) {
    return {asio::ip::address_v4::loopback(), port};
}

unsigned short port_of(const net::Transport::Endpoint& endpoint) {
    tcp::endpoint tcp_endpoint;
    std::memcpy(tcp_endpoint.data(), endpoint.data(), endpoint.size());
    return tcp_endpoint.port();
}

class AddressRace : public testing::Test {
protected:
    // An address for each fate, numbered from 1.
    net::AddressRace race(std::vector<Fate> fates, std::chrono::milliseconds head_start,
                          std::chrono::milliseconds limit = 1h) {
        std::vector<net::Transport::Endpoint> addresses;
        for (std::size_t i = 1; i <= fates.size(); ++i)
            addresses.emplace_back(at(static_cast<unsigned short>(i)));
        fates_ = std::move(fates);
        const auto connect = [this](net::Transport& transport, net::Transport::Endpoint to) {
            return meet_fate(transport, to);
        };
        return net::AddressRace(io_.get_executor(), addresses, {head_start, limit, connect});
    }

    asio::awaitable<error_code> meet_fate(net::Transport& transport, net::Transport::Endpoint to) {
        const auto number = port_of(to);
        tried_.push_back(number);
        const auto fate = fates_.at(number - 1u);
        if (fate == Fate::refuses) co_return asio::error::connection_refused;
        if (fate == Fate::answers) {
            arrived_.push_back(number);
            const error_code error = co_await transport.connect(acceptor_.local_endpoint());
            co_return error;
        }
        const error_code error = co_await transport.connect(swallowing_.local_endpoint());
        co_return error;
    }

    net::AddressRace::Reached next(net::AddressRace& race, std::chrono::milliseconds time = 10s) {
        return sandbox_test::run(io_, race.next(steady_clock::now() + time));
    }

    // A listener whose queue is full: the system drops what else comes.
    static tcp::acceptor swallowing(asio::io_context& io, std::vector<tcp::socket>& callers) {
        tcp::acceptor acceptor(io);
        acceptor.open(tcp::v4());
        acceptor.bind(at(0));
        acceptor.listen(0);
        for (int i = 0; i < 4; ++i) {
            callers.emplace_back(io).async_connect(acceptor.local_endpoint(), [](error_code) {});
        }
        io.run_for(20ms);
        return acceptor;
    }

    asio::io_context io_{1};
    tcp::acceptor acceptor_{io_, at(0)};
    std::vector<tcp::socket> callers_;
    tcp::acceptor swallowing_ = swallowing(io_, callers_);
    std::vector<Fate> fates_;
    std::vector<int> tried_, arrived_;
};

TEST_F(AddressRace, TheFirstThatAnswersIsTakenAndNoOtherIsTried) {
    auto run = race({Fate::answers, Fate::answers}, 1h);
    EXPECT_TRUE(next(run).transport);
    EXPECT_THAT(tried_, ElementsAre(1));
}

TEST_F(AddressRace, AfterAFailureTheNextIsTriedAtOnce) {
    auto run = race({Fate::refuses, Fate::refuses, Fate::answers}, 1h);
    EXPECT_TRUE(next(run).transport);
    EXPECT_THAT(tried_, ElementsAre(1, 2, 3));
    EXPECT_THAT(run.failures(),
                ElementsAre(asio::error::connection_refused, asio::error::connection_refused));
}

TEST_F(AddressRace, AnAddressThatSwallowsPacketsHasOnlyItsHeadStart) {
    auto run = race({Fate::swallows, Fate::answers}, 30ms);
    const auto begin = steady_clock::now();
    EXPECT_TRUE(next(run).transport);
    EXPECT_GE(steady_clock::now() - begin, 30ms);
    EXPECT_LT(steady_clock::now() - begin, 1s);
    EXPECT_THAT(tried_, ElementsAre(1, 2));
}

TEST_F(AddressRace, AFailureDuringAHeadStartStartsTheNext) {
    auto run = race({Fate::swallows, Fate::refuses, Fate::answers}, 30ms);
    EXPECT_TRUE(next(run).transport);
    EXPECT_THAT(tried_, ElementsAre(1, 2, 3));
}

TEST_F(AddressRace, WhenAllHaveFailedTheLastFailureIsSaid) {
    auto run = race({Fate::refuses, Fate::refuses}, 1h);
    const auto reached = next(run);
    EXPECT_FALSE(reached.transport);
    EXPECT_EQ(reached.error, asio::error::connection_refused);
    EXPECT_TRUE(run.is_over());
}

TEST_F(AddressRace, TheDeadlineIsForAllTogether) {
    auto run = race({Fate::swallows, Fate::swallows, Fate::swallows}, 5ms);
    const auto begin = steady_clock::now();
    EXPECT_EQ(next(run, 50ms).error, asio::error::timed_out);
    EXPECT_LT(steady_clock::now() - begin, 1s);
    EXPECT_THAT(tried_, ElementsAre(1, 2, 3));
}

TEST_F(AddressRace, EachAddressHasItsLimit) {
    auto run = race({Fate::swallows, Fate::swallows}, 1h, 20ms);
    EXPECT_EQ(next(run).error, asio::error::timed_out);
    EXPECT_THAT(tried_, ElementsAre(1, 2));
    EXPECT_THAT(run.failures(), ElementsAre(asio::error::timed_out, asio::error::timed_out));
}

TEST_F(AddressRace, TheLimitIsOverWhenAnAddressIsReached) {
    auto run = race({Fate::answers}, 1h, 20ms);
    auto reached = next(run);
    ASSERT_TRUE(reached.transport);
    asio::steady_timer later(io_, 60ms);
    later.async_wait([this](error_code) { io_.stop(); });
    io_.restart();
    io_.run();
    EXPECT_FALSE(reached.transport->is_late());
    EXPECT_FALSE(reached.transport->has_spoken()) << "it is open";
}

TEST_F(AddressRace, WhoeverIsNotContentWithTheWinnerGetsTheOthers) {
    auto run = race({Fate::swallows, Fate::answers, Fate::answers}, 10ms);
    EXPECT_TRUE(next(run).transport);
    EXPECT_THAT(arrived_, ElementsAre(2));
    fates_[0] = Fate::answers;
    EXPECT_TRUE(next(run).transport) << "the one that was given up is tried again";
    EXPECT_TRUE(next(run).transport);
    EXPECT_THAT(arrived_, ElementsAre(2, 1, 3));
    EXPECT_TRUE(run.is_over());
}

TEST_F(AddressRace, WithoutAddressesNothingIsReached) {
    auto run = race({}, 1h);
    EXPECT_TRUE(run.is_over());
    EXPECT_TRUE(next(run).error);
}

TEST_F(AddressRace, ACancelledRaceEnds) {
    const auto give_up = [this]() -> asio::awaitable<bool> {
        auto run = race({Fate::swallows, Fate::swallows}, 5ms);
        auto reaching = run.next(net::AddressRace::Time::max());
        const auto reached = co_await net::within(30ms, std::move(reaching));
        co_return reached.has_value();
    };
    EXPECT_FALSE(sandbox_test::run(io_, give_up()));
}

std::vector<std::string> in_turns(std::initializer_list<const char*> addresses) {
    std::vector<tcp::endpoint> endpoints;
    for (const auto* address : addresses) endpoints.emplace_back(asio::ip::make_address(address), 443);
    const auto resolved = tcp::resolver::results_type::create(endpoints.begin(), endpoints.end(), "x", "443");
    std::vector<std::string> turns;
    for (const auto& endpoint : net::take_turns(resolved)) {
        tcp::endpoint tcp_endpoint;
        tcp_endpoint.resize(endpoint.size());
        std::memcpy(tcp_endpoint.data(), endpoint.data(), endpoint.size());
        turns.push_back(tcp_endpoint.address().to_string());
    }
    return turns;
}

TEST(TakeTurns, FamiliesAlternateAndKeepTheirOrder) {
    EXPECT_THAT(in_turns({"2001:db8::1", "2001:db8::2", "2001:db8::3", "10.0.0.1", "10.0.0.2"}),
                ElementsAre("2001:db8::1", "10.0.0.1", "2001:db8::2", "10.0.0.2", "2001:db8::3"));
    EXPECT_THAT(in_turns({"10.0.0.1", "10.0.0.2", "2001:db8::1"}),
                ElementsAre("10.0.0.1", "2001:db8::1", "10.0.0.2"));
    EXPECT_THAT(in_turns({"10.0.0.2", "10.0.0.1"}), ElementsAre("10.0.0.2", "10.0.0.1"));
    EXPECT_THAT(in_turns({}), ElementsAre());
}

}  // namespace address_race_test
