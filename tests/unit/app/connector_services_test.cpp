// What a connector needs of the world, by itself: as commands have it.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "app/budgets.hpp"
#include "app/connector_services.hpp"
#include "text/base64url.hpp"

namespace connector_services_test {

using namespace std::chrono_literals;

class ConnectorServicesTest : public testing::Test {
protected:
    ConnectorServicesTest() {
        connector_.name = "calendly";
        connector_.access_token = "token";
        connector_.brevo.api_key = "key";
        connector_.calendly.api_url = connector_.brevo.api_url = http::parse_url("http://127.0.0.1:1");
        config::Redis redis;
        redis.urls.push_back(shared::parse_redis_url("redis://127.0.0.1:1/0"));
        servers_ = std::make_shared<redis::Servers>(redis);
    }

    boost::asio::io_context io_;
    config::Connector connector_;
    std::shared_ptr<redis::Servers> servers_;
};

TEST_F(ConnectorServicesTest, AskNothingOfTheNetworkBeforeTheyAreUsed) {
    app::Budgets budgets(io_.get_executor(), servers_);
    app::ConnectorServices services(io_.get_executor(), connector_, servers_, "command-1", budgets);
    EXPECT_EQ(io_.run_for(1s), 0u);
    EXPECT_FALSE(services.interruption().is_requested());
    EXPECT_EQ(services.calendly().origin(), "http://127.0.0.1:1");
    EXPECT_EQ(services.log()->name(), "calendly");
}

TEST_F(ConnectorServicesTest, TheSlowestLimitSaysHowManyBookingsAreDoneWithinATime) {
    connector_.calendly.rate_limit = {100, 1s};
    connector_.brevo.rate_limit = {1, 1s};
    app::Budgets budgets(io_.get_executor(), servers_);
    app::ConnectorServices services(io_.get_executor(), connector_, servers_, "command-1", budgets);
    EXPECT_LE(services.calls_within(10s), 11u);
    EXPECT_GE(services.calls_within(10s), 9u);
}

TEST_F(ConnectorServicesTest, ConnectorsOfOneAccountHaveTheSameLimit) {
    app::Budgets budgets(io_.get_executor(), servers_);
    connector_.brevo.rate_limit = {100, 1s};
    app::ConnectorServices fast(io_.get_executor(), connector_, servers_, "command-1", budgets);
    const auto before = fast.calls_within(10s);
    connector_.name = "other";
    connector_.brevo.rate_limit = {1, 1s};
    app::ConnectorServices slow(io_.get_executor(), connector_, servers_, "command-1", budgets);
    EXPECT_EQ(fast.calls_within(10s), slow.calls_within(10s));
    EXPECT_LT(fast.calls_within(10s), before);
}

std::string token_of(const std::string& user, const std::string& id) {
    return text::base64url(R"({"typ":"PAT"})") + "." +
           text::base64url(R"({"user_uuid":")" + user + R"(","jti":")" + id + R"("})") + ".signature";
}

TEST_F(ConnectorServicesTest, TwoTokensOfOneUserHaveTheSameLimit) {
    app::Budgets budgets(io_.get_executor(), servers_);
    connector_.brevo.rate_limit = {};
    connector_.calendly.rate_limit = {100, 1s};
    connector_.access_token = token_of("ANN", "1");
    app::ConnectorServices first(io_.get_executor(), connector_, servers_, "command-1", budgets);
    const auto before = first.calls_within(10s);
    connector_.calendly.rate_limit = {1, 1s};
    connector_.access_token = token_of("BEA", "2");
    app::ConnectorServices others(io_.get_executor(), connector_, servers_, "command-1", budgets);
    EXPECT_EQ(first.calls_within(10s), before);
    connector_.access_token = token_of("ANN", "3");
    app::ConnectorServices second(io_.get_executor(), connector_, servers_, "command-1", budgets);
    EXPECT_LT(first.calls_within(10s), before);
}

}  // namespace connector_services_test
