// Calls that are repeated, and who may repeat them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "api/retry.hpp"

namespace retry_test {

namespace asio = boost::asio;
using api::Answer;
using api::ApiFailure;
using api::Remedy;
using namespace std::chrono_literals;
using testing::ElementsAre;

ApiFailure failure(Remedy remedy, unsigned status = 0) {
    ApiFailure failure;
    failure.remedy = remedy;
    failure.status = status;
    return failure;
}

class RetryTest : public testing::Test {
protected:
    RetryTest() { use({.backoff = {.first = 1ms, .longest = 10ms}, .probe_interval = 20ms}); }

    using Script = std::vector<std::function<Answer<int>()>>;

    // Attempts give what the script says, one after the other; the end is noted under the name.
    void begin(std::string name, Script script) {
        const auto run = [this, name = std::move(name),
                          script = std::move(script)]() -> asio::awaitable<void> {
            std::size_t next = 0;
            const auto attempt = [&]() -> asio::awaitable<Answer<int>> {
                tried_.push_back(name);
                was_resting_ |= state().is_resting;
                co_return script.at(next++)();
            };
            std::string end;
            try {
                const auto answer = co_await retry_->persist(attempt);
                end = answer ? "answered" : answer.error().remedy == Remedy::withheld ? "withheld" : "failed";
            } catch (const std::exception& error) {
                end = error.what();
            }
            ended_.push_back(name + " " + end);
        };
        asio::co_spawn(io_, run, asio::detached);
    }

    void run_until_ended(std::size_t count) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        io_.restart();
        while (ended_.size() < count && std::chrono::steady_clock::now() < deadline) io_.run_one_for(1s);
        ASSERT_EQ(ended_.size(), count);
    }

    void use(api::Patience patience) {
        retry_.emplace(api::ApiName::calendly, states_, interruption_, waiting_,
                       std::make_shared<spdlog::logger>("nowhere"), patience);
    }

    static Answer<int> answer() { return 1; }
    static Answer<int> refused() { return failure(Remedy::park, 401); }
    static Answer<int> trouble() { return failure(Remedy::retry, 503); }
    static Answer<int> withheld() { return failure(Remedy::withheld); }
    static Answer<int> broken() { throw std::runtime_error("broken"); }

    const api::ApiState& state() const { return states_.of(api::ApiName::calendly); }

    asio::io_context io_;
    net::Interruption interruption_{io_.get_executor()};
    api::ApiStates states_;
    net::Waiting waiting_;
    std::optional<api::Retry> retry_;
    std::vector<std::string> tried_, ended_;
    bool was_resting_ = false;  // an API that was tried
};

TEST_F(RetryTest, OneOfThoseWhoAreParkedProbes) {
    begin("a", {refused, refused, answer});
    begin("b", {refused, answer});
    run_until_ended(2);
    EXPECT_THAT(tried_, ElementsAre("a", "b", "a", "a", "b"));
    EXPECT_FALSE(state().is_parked());
}

TEST_F(RetryTest, AnotherOneProbesWhenTheProberIsGone) {
    begin("a", {refused, withheld});
    begin("b", {refused, answer});
    run_until_ended(2);
    EXPECT_THAT(ended_, ElementsAre("a withheld", "b answered"));
    EXPECT_FALSE(state().is_parked());
}

// Else an agent that is parked consumes nothing, and nobody is there who would find out that it may.
TEST_F(RetryTest, WhenNobodyIsLeftToProbeTheNextOneTries) {
    begin("a", {refused, withheld});
    run_until_ended(1);
    EXPECT_FALSE(state().is_parked());
    begin("b", {refused, answer});
    run_until_ended(2);
    EXPECT_THAT(ended_, ElementsAre("a withheld", "b answered"));
    EXPECT_FALSE(state().is_parked());
}

// A call that can do without what everybody is parked for.
TEST_F(RetryTest, OneWhoIsRefusedLikewiseDoesNotUnpark) {
    const auto forbidden = []() -> Answer<int> { return failure(Remedy::park, 403); };
    begin("a", {forbidden, answer});
    begin("b", {[]() -> Answer<int> { return failure(Remedy::give_up, 403); }});
    run_until_ended(1);
    EXPECT_THAT(ended_, ElementsAre("b failed"));
    EXPECT_TRUE(state().is_parked());
    run_until_ended(2);
    EXPECT_FALSE(state().is_parked());
}

TEST_F(RetryTest, WhoWaitsForAProbeGoesOnAtOnceWhenAnotherIsAnswered) {
    use({.backoff = {.first = 1ms, .longest = 10ms}, .probe_interval = 1h});
    begin("a", {refused, answer});
    begin("b", {refused, answer});
    begin("c", {answer});
    run_until_ended(3);
    EXPECT_THAT(ended_, ElementsAre("c answered", "a answered", "b answered"));
}

TEST_F(RetryTest, NobodyIsWokenWhileNothingChanges) {
    use({.backoff = {.first = 10000h, .longest = 10000h}, .probe_interval = 1h});
    begin("refused", {refused});
    for (const auto* name : {"a", "b", "c", "d", "e"}) begin(name, {trouble});
    for (int i = 0; i < 10; ++i) begin("waits", {answer});
    io_.poll();
    EXPECT_TRUE(state().is_resting);
    EXPECT_EQ(io_.run_for(300ms), 0u) << "no handler runs";
    EXPECT_THAT(tried_, testing::Not(testing::Contains("waits")));
    interruption_.request();
    run_until_ended(16);
    EXPECT_THAT(ended_, testing::Each(testing::HasSubstr("interrupted")));
}

class RetryTrial : public RetryTest, public testing::WithParamInterface<Answer<int> (*)()> {};

// The breaker is open, one may try; whatever comes of that, the next one may.
TEST_P(RetryTrial, LeavesTheApiToTheNext) {
    for (const auto* name : {"a", "b", "c", "d", "e"}) begin(name, {trouble, GetParam(), answer});
    begin("next", {answer});
    run_until_ended(6);
    EXPECT_TRUE(was_resting_);
    EXPECT_THAT(ended_, testing::Contains("next answered"));
    EXPECT_FALSE(state().is_resting);
}

INSTANTIATE_TEST_SUITE_P(Each, RetryTrial,
                         testing::Values([]() -> Answer<int> { return failure(Remedy::retry, 503); },
                                         []() -> Answer<int> { return failure(Remedy::withheld); },
                                         []() -> Answer<int> { return failure(Remedy::retry, 429); },
                                         []() -> Answer<int> { throw std::runtime_error("broken"); },
                                         []() -> Answer<int> { return failure(Remedy::park, 403); }));

TEST_F(RetryTest, AConflictIsRepeatedSomeTimesAndIsNoTroubleOfTheApi) {
    const auto conflict = []() -> Answer<int> { return failure(Remedy::conflict, 400); };
    begin("wins", {conflict, conflict, trouble, conflict, answer});
    begin("loses", Script(8, conflict));
    for (const auto* name : {"a", "b", "c", "d", "e"}) begin(name, {conflict, conflict, answer});
    run_until_ended(7);
    EXPECT_THAT(ended_, testing::Contains("wins answered"));
    EXPECT_THAT(ended_, testing::Contains("loses failed"));
    EXPECT_FALSE(was_resting_);
    EXPECT_FALSE(state().is_parked());
}

}  // namespace retry_test
