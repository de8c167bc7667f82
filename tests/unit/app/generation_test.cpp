// The connectors of one configuration, without Redis: what is shared, and how they end.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "api/credential.hpp"
#include "app/budgets.hpp"
#include "app/generation.hpp"

namespace generation_test {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Nobody listens on port 1 of loopback.
config::Redis no_redis() {
    config::Redis redis;
    redis.urls.push_back(shared::parse_redis_url("redis://127.0.0.1:1/0"));
    return redis;
}

config::Connector connector(std::string name, bool enabled = true) {
    config::Connector connector;
    connector.name = std::move(name);
    connector.enabled = enabled;
    connector.access_token = "token";
    connector.brevo.api_key = "key";
    connector.calendly.api_url = connector.brevo.api_url = http::parse_url("http://127.0.0.1:1");
    return connector;
}

class GenerationTest : public testing::Test {
protected:
    // Whether everything was finished; -1 when draining itself did not end.
    int drain(app::Generation& generation, app::Generation::Time deadline) {
        int finished = -1;
        const auto drained = [&](std::exception_ptr error, bool is_finished) {
            if (error) std::rethrow_exception(error);
            finished = is_finished;
            io_.stop();
        };
        asio::co_spawn(io_, generation.drain(deadline), drained);
        io_.run_for(10s);
        io_.restart();
        return finished;
    }

    config::Configuration configuration(std::vector<config::Connector> connectors) {
        config::Configuration configuration;
        configuration.connectors = std::move(connectors);
        configuration.redis = no_redis();
        return configuration;
    }

    asio::io_context io_;
};

TEST_F(GenerationTest, OnlyEnabledConnectorsAreStarted) {
    const auto settings = configuration({connector("one"), connector("off", false), connector("two")});
    app::Generation generation(io_.get_executor(), settings, "agent-1", nullptr);
    const auto status = generation.status();
    ASSERT_EQ(status.size(), 2u);
    EXPECT_EQ(status[0].name, "one");
    EXPECT_EQ(status[1].name, "two");
    EXPECT_EQ(drain(generation, app::Generation::Time::max()), 1);
}

TEST_F(GenerationTest, WithoutConnectorsThereIsNothingToWaitFor) {
    app::Generation generation(io_.get_executor(), configuration({}), "agent-1", nullptr);
    EXPECT_EQ(drain(generation, app::Generation::Time::max()), 1);
}

TEST_F(GenerationTest, DrainingEndsWithTheLastConnectorThoughRedisIsAway) {
    const auto settings = configuration({connector("one"), connector("two")});
    app::Generation generation(io_.get_executor(), settings, "agent-1", nullptr);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(drain(generation, begin + 25s), 1);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_F(GenerationTest, AtTheDeadlineDrainingGivesUp) {
    asio::ip::tcp::acceptor silent(io_, {asio::ip::address_v4::loopback(), 0});
    auto waiting = connector("one");
    waiting.brevo.api_url =
        http::parse_url("http://127.0.0.1:" + std::to_string(silent.local_endpoint().port()));
    const auto settings = configuration({waiting});
    app::Generation generation(io_.get_executor(), settings, "agent-1", nullptr);
    EXPECT_EQ(drain(generation, std::chrono::steady_clock::now() + 10ms), 0);
    silent.close();
    io_.run_for(10s);  // what went on ends before that to which it refers
}

TEST_F(GenerationTest, TheNextGenerationStartsWhereTheFormerOneIs) {
    const auto settings = configuration({connector("one")});
    app::Generation former(io_.get_executor(), settings, "agent-1", nullptr);
    EXPECT_EQ(drain(former, app::Generation::Time::max()), 1);
    app::Generation next(io_.get_executor(), settings, "agent-1", &former);
    EXPECT_EQ(next.status().size(), 1u);
    EXPECT_EQ(drain(next, app::Generation::Time::max()), 1);
}

TEST(Budgets, ConnectorsOfOneAccountShareABudgetOfEachApi) {
    asio::io_context io;
    app::Budgets budgets(io.get_executor(), std::make_shared<redis::Servers>(no_redis()));
    const api::RateLimit limit{10, 1s};
    const auto key = std::make_shared<api::StaticCredential>("key");
    const auto another_key = std::make_shared<api::StaticCredential>("another key");
    const auto contacts = budgets.get("brevo-contacts", key, limit);
    EXPECT_EQ(budgets.get("brevo-contacts", key, limit), contacts);
    EXPECT_NE(budgets.get("brevo-events", key, limit), contacts);
    EXPECT_NE(budgets.get("brevo-contacts", another_key, limit), contacts);
}

TEST(Budgets, OfSeveralLimitsTheLowestCounts) {
    asio::io_context io;
    app::Budgets budgets(io.get_executor(), std::make_shared<redis::Servers>(no_redis()));
    const auto token = std::make_shared<api::StaticCredential>("token");
    const auto budget = budgets.get("calendly", token, {1000, 1s});
    const auto before = budget->calls_within(10s);
    budgets.get("calendly", token, {10, 1s});
    EXPECT_LT(budget->calls_within(10s), before);
}

}  // namespace generation_test
