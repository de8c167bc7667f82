// A login is looked after while no booking comes.
#include "sync/login_watch.hpp"

#include "unit/sync/fixture.hpp"

namespace login_watch_test {

using namespace sync_support;
using testing::HasSubstr;

class LoginWatchTest : public testing::Test {
protected:
    ~LoginWatchTest() override {
        interruption_.request();
        io_.restart();
        io_.run_for(1s);
    }

    asio::awaitable<api::Answer<calendly::LoginState>> check() {
        ++looks_;
        if (!lost_.empty()) {
            api::ApiFailure failure;
            failure.remedy = api::Remedy::park;
            failure.probe = 1ms;
            failure.reason = lost_;
            co_return failure;
        }
        co_return state_;
    }

    template <typename Condition>
    void wait_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        io_.restart();
        while (!condition() && std::chrono::steady_clock::now() < deadline) io_.run_one_for(10ms);
        EXPECT_TRUE(condition());
    }

    const api::ApiState& calendly() { return states_.of(api::ApiName::calendly); }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    net::Waiting waiting_;
    api::ApiStates states_;
    std::shared_ptr<spdlog::logger> log_ = std::make_shared<spdlog::logger>("unheard");
    api::Retry retry_{api::ApiName::calendly, states_, interruption_, waiting_, log_};
    calendly::LoginState state_{"", "first"};
    std::string lost_;
    int looks_ = 0;
    syncing::LoginWatch watch_{
        [this] { return check(); }, retry_, states_.of(api::ApiName::calendly), interruption_, 1ms, log_};

    void start() {
        asio::co_spawn(io_, watch_.run(), [](std::exception_ptr) {});
    }
};

TEST_F(LoginWatchTest, OneThatIsLostParksTheConnectorUntilThereIsAnother) {
    lost_ = "nobody has logged in";
    start();
    wait_until([&] { return calendly().is_parked(); });
    EXPECT_THAT(*calendly().parked, HasSubstr("nobody has logged in"));
    lost_.clear();
    wait_until([&] { return !calendly().is_parked(); });
}

TEST_F(LoginWatchTest, OneThatWillNotServeForLongIsAProblem) {
    start();
    wait_until([&] { return looks_ > 1; });
    EXPECT_EQ(watch_.problem(), "");
    state_.problem = "until noon only";
    wait_until([&] { return watch_.problem() == "until noon only"; });
    EXPECT_FALSE(calendly().is_parked());
}

TEST_F(LoginWatchTest, ScopesThatWereMissedAreAProblemUntilAnotherLogin) {
    states_.of(api::ApiName::calendly).missing_scopes = {"webhooks:read"};
    EXPECT_THAT(watch_.problem(), HasSubstr("the Calendly token lacks webhooks:read"));
    start();
    wait_until([&] { return looks_ > 0 && watch_.problem().empty(); });
    states_.of(api::ApiName::calendly).missing_scopes = {"webhooks:read"};
    const auto looks = looks_;
    wait_until([&] { return looks_ > looks + 2; });
    EXPECT_NE(watch_.problem(), "") << "the same login";
    state_.id = "second";
    wait_until([&] { return watch_.problem().empty(); });
}

}  // namespace login_watch_test
