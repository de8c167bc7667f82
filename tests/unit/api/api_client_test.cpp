// What follows from an answer: what the caller gets, what becomes of the credential and of the budget.
#include "api/api_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include <boost/json.hpp>

#include "http/server.hpp"
#include "unit/sandbox/support.hpp"

namespace api_client_test {

namespace asio = boost::asio;
using api::Answer;
using api::Remedy;
using testing::ElementsAre;

// Renewed as often as the test says.
class FakeCredential final : public api::Credential {
public:
    explicit FakeCredential(int renewals) : renewals_(renewals) {}

    asio::awaitable<Answer<std::string>> field() override {
        if (failure) co_return *failure;
        is_known = true;
        co_return "token " + std::to_string(number_);
    }
    asio::awaitable<bool> refused(std::string used) override {
        refusals.push_back(used);
        if (renewals_ == 0) co_return false;
        --renewals_;
        ++number_;
        co_return true;
    }
    const std::string& account() const noexcept override { return account_; }
    bool knows_account() const noexcept override { return is_known; }

    std::vector<std::string> refusals;
    bool is_known = true;
    std::optional<api::ApiFailure> failure;

private:
    int renewals_;
    int number_ = 1;
    std::string account_ = "account";
};

class ApiClientTest : public testing::Test {
protected:
    // Its refusals have a `why`.
    static api::ApiDialect dialect() {
        static constexpr unsigned parking[] = {401};
        return {"The API",
                "Authorization",
                "Remaining",
                "Reset",
                {parking, [](unsigned, const boost::json::object& body) { return body.contains("why"); },
                 [](const boost::json::object&) { return Remedy::give_up; },
                 [](const boost::json::object&) { return std::string("because"); }}};
    }

    void SetUp() override { server_.start(); }

    asio::awaitable<std::optional<http::Server::Response>> answer(http::Server::Request request) {
        const auto field = request["Authorization"];
        seen_.emplace_back(field.data(), field.size());
        const auto status = statuses_.empty() ? 200u : statuses_.front();
        if (!statuses_.empty()) statuses_.pop_front();
        http::Server::Response response(static_cast<boost::beast::http::status>(status), 11);
        response.body() = body_;
        response.prepare_payload();
        co_return response;
    }

    Answer<http::Response> call(std::shared_ptr<api::Credential> credential, http::Guard guard = {}) {
        const auto port = std::to_string(server_.local_endpoint().port());
        api::ApiClient client(io_.get_executor(), dialect(), http::parse_url("http://127.0.0.1:" + port), "",
                              std::move(credential), interruption_);
        api::ApiCall call;
        call.target = "/things";
        call.guard = std::move(guard);
        Answer<http::Response> got = api::ApiFailure{};
        bool is_done = false;
        const auto make = [&]() -> asio::awaitable<void> {
            got = co_await client.call(call, budget_);
            is_done = true;
        };
        asio::co_spawn(io_, make, asio::detached);
        sandbox_test::run_until(io_, [&] { return is_done; });
        return got;
    }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    std::shared_ptr<api::Budget> budget_ =
        std::make_shared<api::Budget>(io_.get_executor(), api::RateLimit{}, nullptr);
    std::deque<unsigned> statuses_;  // of the next answers; then 200
    std::string body_ = R"({"why":"ada@example.com"})";
    std::vector<std::string> seen_;  // credentials
    http::Server server_{io_.get_executor(),
                         {.address = {asio::ip::address_v4::loopback(), 0}},
                         [this](http::Server::Request request) { return answer(std::move(request)); }};
};

TEST_F(ApiClientTest, APersonalTokenIsSentWithItsScheme) {
    EXPECT_TRUE(call(std::make_shared<api::StaticCredential>("secret", "Bearer ")));
    EXPECT_TRUE(call(std::make_shared<api::StaticCredential>("key")));
    EXPECT_THAT(seen_, ElementsAre("Bearer secret", "key"));
}

TEST_F(ApiClientTest, BudgetsOfAPersonalTokenAreKeptByItAlone) {
    EXPECT_EQ(api::StaticCredential("secret", "Bearer ").account(), "secret");
    EXPECT_EQ(api::StaticCredential("secret", "Bearer ", "user 1").account(), "user 1");
}

// Asked when the budget's slot is.
class AskedSchedule final : public api::SharedSchedule {
public:
    explicit AskedSchedule(const FakeCredential& credential) : credential_(credential) {}

    asio::awaitable<std::optional<api::SharedSlot>> reserve(std::chrono::nanoseconds, bool) override {
        knew_account.push_back(credential_.is_known);
        co_return std::nullopt;
    }
    asio::awaitable<void> pause(std::chrono::nanoseconds) override { co_return; }

    std::vector<bool> knew_account;

private:
    const FakeCredential& credential_;
};

TEST_F(ApiClientTest, NoSlotIsTakenBeforeItIsKnownWhoseItIs) {
    const auto credential = std::make_shared<FakeCredential>(0);
    const auto schedule = std::make_shared<AskedSchedule>(*credential);
    budget_ = std::make_shared<api::Budget>(io_.get_executor(), api::RateLimit{100, std::chrono::seconds(1)}, schedule);
    credential->is_known = false;
    credential->failure.emplace().reason = "the store is down";
    EXPECT_EQ(call(credential).error().reason, "the store is down");
    EXPECT_THAT(schedule->knew_account, testing::IsEmpty());
    credential->failure.reset();
    EXPECT_TRUE(call(credential));
    EXPECT_THAT(schedule->knew_account, ElementsAre(true));
}

TEST_F(ApiClientTest, ARefusedPersonalTokenParksAtOnce) {
    statuses_ = {401};
    const auto got = call(std::make_shared<api::StaticCredential>("secret"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().remedy, Remedy::park);
    EXPECT_EQ(seen_.size(), 1u);
}

TEST_F(ApiClientTest, ARefusedCredentialThatIsRenewedIsTriedOnceMore) {
    statuses_ = {401};
    const auto credential = std::make_shared<FakeCredential>(1);
    EXPECT_TRUE(call(credential));
    EXPECT_THAT(seen_, ElementsAre("token 1", "token 2"));
    EXPECT_THAT(credential->refusals, ElementsAre("token 1"));
}

TEST_F(ApiClientTest, ARenewedCredentialThatIsRefusedTooParks) {
    statuses_ = {401, 401};
    const auto credential = std::make_shared<FakeCredential>(9);
    const auto got = call(credential);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().remedy, Remedy::park);
    EXPECT_EQ(seen_.size(), 2u) << "never more than once a call";
    EXPECT_THAT(credential->refusals, ElementsAre("token 1", "token 2"));
}

TEST_F(ApiClientTest, OtherRefusalsAreNoReasonToRenew) {
    const auto credential = std::make_shared<FakeCredential>(9);
    for (const unsigned status : {400U, 403U, 404U, 500U}) {
        statuses_ = {status};
        const auto got = call(credential);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().status, status);
    }
    EXPECT_TRUE(credential->refusals.empty());
}

TEST_F(ApiClientTest, ARefusalInAnotherFormIsTroubleOfTheWayAndNoReasonToRenew) {
    body_ = R"({"message":"ada@example.com"})";
    const auto credential = std::make_shared<FakeCredential>(9);
    for (const unsigned status : {401U, 403U, 404U, 410U}) {
        statuses_ = {status};
        const auto got = call(credential);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().remedy, Remedy::retry) << status;
        EXPECT_EQ(api::describe(got.error()),
                  "The API answered " + std::to_string(status) + " to GET /things, and not as The API does");
    }
    EXPECT_TRUE(credential->refusals.empty());
}

TEST_F(ApiClientTest, AFailureSaysWhatWeKnowOfItsWords) {
    statuses_ = {400};
    const auto got = call(std::make_shared<FakeCredential>(0));
    ASSERT_FALSE(got);
    EXPECT_EQ(api::describe(got.error()), "The API answered 400 to GET /things: because");
    EXPECT_EQ(got.error().body, body_) << "for the dead letter";
}

TEST_F(ApiClientTest, ACredentialThatCannotBeHadIsTheCallsFailure) {
    const auto credential = std::make_shared<FakeCredential>(0);
    credential->failure.emplace().remedy = Remedy::park;
    const auto got = call(credential);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().remedy, Remedy::park);
    EXPECT_TRUE(seen_.empty()) << "nothing is sent";
}

TEST_F(ApiClientTest, ACallThatIsNotToBeSentAnyMoreIsWithheldAfterARenewal) {
    statuses_ = {401};
    const auto guard = [&] { return seen_.empty(); };
    const auto got = call(std::make_shared<FakeCredential>(1), guard);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().remedy, Remedy::withheld);
    EXPECT_EQ(seen_.size(), 1u);
}

}  // namespace api_client_test
