// Clock, rate limits, faults, retries, journal and routes of the sandbox.
#include <gtest/gtest.h>

#include "sandbox/faults.hpp"
#include "sandbox/journal.hpp"
#include "sandbox/rate_limit.hpp"
#include "sandbox/retry_plan.hpp"
#include "unit/sandbox/support.hpp"

namespace rules_test {

using namespace std::chrono_literals;
namespace json = boost::json;
using sandbox::Api;

sandbox::Instant at(const char* text) {
    return sandbox::parse_instant(text).value();
}

TEST(SandboxClock, ReadsWhatItWritesAndEveryFraction) {
    EXPECT_EQ(sandbox::to_text(at("2026-03-10T07:15:00.000001Z")), "2026-03-10T07:15:00.000001Z");
    EXPECT_EQ(sandbox::to_text(at("2026-03-10T07:15:00Z")), "2026-03-10T07:15:00.000000Z");
    EXPECT_EQ(sandbox::to_text(at("2026-03-10T07:15:00.5+02:00")), "2026-03-10T05:15:00.500000Z");
    for (const auto* text :
         {"", "2026-03-10", "2026-03-10T07:15:00", "2026-13-10T07:15:00Z", "2026-03-10T07:15:00Zx"})
        EXPECT_FALSE(sandbox::parse_instant(text)) << text;
}

TEST(SandboxRateLimit, RatesAreACountAndAUnit) {
    EXPECT_EQ(sandbox::parse_rate("500/min")->window, 60s);
    EXPECT_EQ(sandbox::parse_rate("10/s")->limit, 10);
    EXPECT_EQ(sandbox::parse_rate("0")->limit, 0);
    for (const auto* text : {"", "10", "/s", "-1/s", "0/s", "10/day", "x/s", "1.5/s"})
        EXPECT_FALSE(sandbox::parse_rate(text)) << text;
}

TEST(SandboxRateLimit, EachWindowHasItsCallsAndSaysWhenItEnds) {
    sandbox::RateLimit limit({2, 60s});
    const auto first = limit.take(at("2026-01-01T00:00:10Z"));
    EXPECT_TRUE(first.allowed);
    EXPECT_EQ(first.remaining, 1);
    EXPECT_EQ(first.reset, 50);
    EXPECT_TRUE(limit.take(at("2026-01-01T00:00:59Z")).allowed);
    const auto refused = limit.take(at("2026-01-01T00:00:59.9Z"));
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.remaining, 0);
    EXPECT_EQ(refused.reset, 1);
    EXPECT_TRUE(limit.take(at("2026-01-01T00:01:00Z")).allowed);
}

TEST(SandboxRateLimit, ZeroIsNoLimit) {
    sandbox::RateLimit limit({0, 1s});
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(limit.take(at("2026-01-01T00:00:00Z")).allowed);
}

TEST(SandboxRetries, DoubleUntilADayIsOver) {
    const sandbox::RetryPlan plan;
    EXPECT_EQ(plan.delay_after(1), 1s);
    EXPECT_EQ(plan.delay_after(2), 2s);
    EXPECT_EQ(plan.delay_after(5), 16s);
    EXPECT_LE(plan.delay_after(1000), 24h);
    const auto first_failure = at("2026-01-01T00:00:00Z");
    EXPECT_FALSE(plan.gives_up(first_failure, at("2026-01-01T23:59:59Z")));
    EXPECT_TRUE(plan.gives_up(first_failure, at("2026-01-02T00:00:00Z")));
}

sandbox::Fault fault(const char* text) {
    const auto object = json::parse(text).as_object();
    sandbox::Fields fields(object);
    auto read = sandbox::read_fault(fields);
    EXPECT_TRUE(fields.errors().empty()) << text << ": " << fields.errors().front().parameter;
    return read;
}

TEST(SandboxFaults, MatchMethodAndPathAndAreUsedUp) {
    sandbox::Faults faults;
    faults.add(fault(R"({"api": "brevo", "match": {"method": "POST", "path_prefix": "/contacts"}, "times": 2,
                         "action": {"status": 503, "body": {"message": "no"}, "headers": {"retry-after": "3"}}})"));
    EXPECT_FALSE(faults.take(Api::calendly, "POST", "/contacts"));
    EXPECT_FALSE(faults.take(Api::brevo, "GET", "/contacts"));
    EXPECT_FALSE(faults.take(Api::brevo, "POST", "/events"));
    EXPECT_EQ(faults.take(Api::brevo, "POST", "/contacts/x")->status, 503U);
    EXPECT_TRUE(faults.take(Api::brevo, "POST", "/contacts"));
    EXPECT_FALSE(faults.take(Api::brevo, "POST", "/contacts"));
}

TEST(SandboxFaults, CanLetSomePassAndLastForEver) {
    sandbox::Faults faults;
    faults.add(
        fault(R"({"api": "calendly", "skip": 1, "times": -1, "action": {"cut": "after", "delay_ms": 5}})"));
    EXPECT_FALSE(faults.take(Api::calendly, "GET", "/"));
    for (int i = 0; i < 5; ++i) {
        const auto action = faults.take(Api::calendly, "GET", "/");
        ASSERT_TRUE(action);
        EXPECT_EQ(action->cut, sandbox::FaultAction::Cut::after);
        EXPECT_EQ(action->delay, 5ms);
    }
    faults.clear();
    EXPECT_FALSE(faults.take(Api::calendly, "GET", "/"));
}

TEST(SandboxFaults, NameWhatIsWrongWithThem) {
    const std::pair<const char*, const char*> wrong[] = {
        {R"({"action": {"status": 503}})", "api"},
        {R"({"api": "stripe", "action": {"status": 503}})", "api"},
        {R"({"api": "brevo"})", "action"},
        {R"({"api": "brevo", "action": {}})", "action.delay_ms"},
        {R"({"api": "brevo", "action": {"status": 99}})", "action.status"},
        {R"({"api": "brevo", "action": {"cut": "middle"}})", "action.cut"},
        {R"({"api": "brevo", "match": {"path": "/"}, "action": {"status": 503}})", "match.path"},
        {R"({"api": "brevo", "action": {"status": 503}, "often": 1})", "often"}};
    for (const auto& [text, parameter] : wrong) {
        const auto object = json::parse(text).as_object();
        sandbox::Fields fields(object);
        sandbox::read_fault(fields);
        ASSERT_FALSE(fields.errors().empty()) << text;
        EXPECT_EQ(fields.errors().front().parameter, parameter) << text;
    }
}

sandbox::JournalEntry entry(Api api, std::string path) {
    sandbox::JournalEntry made;
    made.api = api;
    made.path = std::move(path);
    return made;
}

boost::asio::awaitable<bool> wait_for_brevo(sandbox::Journal& journal, std::uint64_t after,
                                            std::chrono::milliseconds patience) {
    co_await journal.wait_after(after, Api::brevo, patience);
    co_return !journal.after(after, Api::brevo, 1).empty();
}

TEST(SandboxJournal, GivesWhatIsNewerAndForgetsTheOldest) {
    boost::asio::io_context io;
    sandbox::Journal journal(io.get_executor(), 3);
    for (const auto* path : {"/1", "/2", "/3", "/4"}) journal.append(entry(Api::brevo, path));
    EXPECT_EQ(journal.last(), 4U);
    EXPECT_EQ(journal.after(0, std::nullopt, 10).front()->path, "/2");
    EXPECT_EQ(journal.after(3, std::nullopt, 10).size(), 1U);
    EXPECT_EQ(journal.after(0, std::nullopt, 2).size(), 2U);
    EXPECT_TRUE(journal.after(4, std::nullopt, 10).empty());
    EXPECT_TRUE(journal.after(0, Api::calendly, 10).empty());
}

TEST(SandboxJournal, WaitsForWhatIsAskedFor) {
    boost::asio::io_context io;
    sandbox::Journal journal(io.get_executor(), 10);
    boost::asio::post(io, [&] { journal.append(entry(Api::calendly, "/other")); });
    boost::asio::steady_timer later(io, 20ms);
    later.async_wait([&](auto) { journal.append(entry(Api::brevo, "/wanted")); });
    EXPECT_TRUE(sandbox_test::run(io, wait_for_brevo(journal, 0, 10s)));
    EXPECT_FALSE(sandbox_test::run(io, wait_for_brevo(journal, 2, 10ms)));
    later.expires_after(20ms);
    later.async_wait([&](auto) { journal.close(); });
    EXPECT_FALSE(sandbox_test::run(io, wait_for_brevo(journal, 2, 10s)));
}

TEST(SandboxRouter, FindsTheFirstPatternAndDecodes) {
    sandbox::Router router;
    const auto named = [](const char* name) {
        return [name](const sandbox::Call&) {
            sandbox::Answer answer;
            answer.body = name;
            return answer;
        };
    };
    router.add("GET", "/contacts/lists", named("lists"));
    router.add("GET", "/contacts/{identifier}", named("one"));
    auto lists = sandbox_test::call("GET", "/contacts/lists?limit=5");
    EXPECT_EQ(*(*router.find(lists).handler)(lists).body, "lists");
    EXPECT_EQ(lists.parameter("limit"), "5");
    auto one = sandbox_test::call("GET", "/contacts/a%2Bb%40x.org?t=a%2Bb");
    EXPECT_EQ(*(*router.find(one).handler)(one).body, "one");
    EXPECT_EQ(one.captured.at("identifier"), "a+b@x.org");
    EXPECT_EQ(one.parameter("t"), "a+b");
    auto wrong_method = sandbox_test::call("POST", "/contacts/x");
    EXPECT_EQ(router.find(wrong_method).miss, sandbox::Router::Miss::wrong_method);
    auto unknown = sandbox_test::call("GET", "/contacts/x/y");
    EXPECT_EQ(router.find(unknown).miss, sandbox::Router::Miss::unknown_path);
    EXPECT_FALSE(sandbox::parse_call("GET", "/v2/x", "/v3"));
}

}  // namespace rules_test
