// What Redis refuses is a 503 and a line in the log, one a second; and it is forgotten once Redis can.
#include <functional>
#include <regex>

#include "e2e/edge/redis_fixture.hpp"
#include "e2e/harness/fake_redis.hpp"

namespace e2e {
namespace redis_errors_test {

using harness::FakeRedis;
using testing::HasSubstr;
using testing::Not;

class EdgeRedisErrors : public EdgeRedisTest {
protected:
    // The sum over all lines of the log.
    std::size_t webhooks_told_of() const {
        const auto log = nginx_->error_log();
        const std::regex told("\\(([0-9]+) webhooks? got 503 meanwhile\\)");
        std::size_t sum = 0;
        for (std::sregex_iterator line(log.begin(), log.end(), told), end; line != end; ++line)
            sum += std::stoul((*line)[1]);
        return sum;
    }

    // 503s for some seconds, until `recover` makes the edge connect again: few lines tell of every one.
    void expect_all_told_once_a_second(const std::function<void()>& recover) {
        const auto begin = steady_clock::now();
        const auto refused = post_for(Duration(2500), 503);
        EXPECT_GT(refused, 20u) << "a refusal must be quick";
        expect_complaints_since(begin, 2);
        EXPECT_GT(webhooks_told_of(), 0u) << "not only at the end";
        recover();
        wait_for_log("connected again");
        EXPECT_EQ(webhooks_told_of(), refused);
        EXPECT_THAT(nginx_->error_log(), HasSubstr(" similar lines suppressed)"));
        EXPECT_THAT(nginx_->error_log(), Not(HasSubstr("(0 "))) << "what did not happen is not told";
    }
};

TEST_F(EdgeRedisErrors, AreLoggedOnceASecondWithTheCount) {
    FakeRedis redis;
    redis.answer("XADD", "-NOAUTH Authentication required.\r\n");
    harness::TcpGate gate(redis.port());
    start_edge(tcp_url(gate.port()));
    expect_all_told_once_a_second([&] {
        EXPECT_EQ(redis.connections(), 1u);
        gate.cut();
    });
    EXPECT_TRUE(has_logged("127.0.0.1:" + std::to_string(gate.port()) + "/0: NOAUTH"));
}

TEST_F(EdgeRedisErrors, OfConnectingAreLoggedOnceASecondWithTheCount) {
    auto& redis = start_node("redis");
    redis.stop();
    start_edge(redis.url());
    expect_all_told_once_a_second([&] { redis.start(); });
}

TEST_F(EdgeRedisErrors, AreToldByTheirName) {
    for (const std::string error :
         {"NOAUTH Authentication required.", "WRONGTYPE Operation against a key",
          "LOADING Redis is loading the dataset in memory", "NOPERM this user has no permissions",
          "MISCONF Redis is configured to", "ERR unknown command", "BUSY Redis is busy running a script"}) {
        FakeRedis redis;
        redis.answer("XADD", "-" + error + "\r\n");
        start_edge(redis.url());
        expect_unavailable("redis_error");
        EXPECT_TRUE(has_logged("/0: " + error)) << error;
        redis.answer("XADD", "$3\r\n1-1\r\n");
        EXPECT_EQ(post("{}").status, 200u) << error;
        nginx_.reset();
        posted_ = 0;
        std::filesystem::remove_all(folder_ / "nginx");
    }
}

TEST_F(EdgeRedisErrors, AFullRedisIsServedAgainOnceItIsDrained) {
    auto& redis =
        start_node("full", {.arguments = {"--maxmemory", "4mb", "--maxmemory-policy", "noeviction"}});
    start_edge(redis.tcp_url());
    const std::string large(200'000, 'x');
    std::size_t accepted = 0;
    while (post(large).status == 200) ASSERT_LT(++accepted, 100u);
    EXPECT_THAT(last_access(), testing::StartsWith("503 redis_error "));
    EXPECT_THAT(nginx_->error_log(), HasSubstr("OOM"));
    EXPECT_EQ(stored_in(redis), accepted);
    redis.client().integer({"XTRIM", "calendly:{calendly}:webhooks", "MAXLEN", "0"});
    const auto drained = steady_clock::now();
    expect_recovery_within_a_second_of(drained);
}

TEST_F(EdgeRedisErrors, AUserWithoutTheRightToXaddIsToldSo) {
    auto& redis = start_node("redis");
    redis.client().text({"ACL", "SETUSER", "edge", "on", ">hush-hush", "~calendly:*", "+ping"});
    const auto port = std::to_string(redis.port());
    start_edge("redis://edge@127.0.0.1:" + port,
               "calendly_redis_password_file " + folder_.secret("redis.password", "hush-hush\n") + ";");
    expect_unavailable("redis_error");
    EXPECT_THAT(nginx_->error_log(), HasSubstr("NOPERM"));
    redis.client().text({"ACL", "SETUSER", "edge", "+xadd"});
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_THAT(nginx_->error_log(), Not(HasSubstr("hush-hush")));
}

TEST_F(EdgeRedisErrors, AMissingPasswordIsTold) {
    auto& redis = start_node("redis", {.arguments = {"--requirepass", "hush-hush"}});
    start_edge(redis.tcp_url());
    expect_unavailable();
    EXPECT_THAT(nginx_->error_log(), HasSubstr("PING: NOAUTH"));
}

TEST_F(EdgeRedisErrors, ADatabaseThatIsNotThereIsTold) {
    auto& redis = start_node("redis", {.arguments = {"--databases", "4"}});
    start_edge(redis.tcp_url() + "/4");
    expect_unavailable();
    EXPECT_THAT(nginx_->error_log(), HasSubstr("/4: SELECT: ERR DB index is out of range"));
}

// Long enough for the pause between attempts to reach its longest.
class EdgeRedisRecovery : public EdgeRedisTest {
protected:
    static constexpr Duration outage{3000};
};

TEST_F(EdgeRedisRecovery, OfARedisThatWasDown) {
    auto& redis = start_node("redis");
    start_edge(redis.tcp_url());
    EXPECT_EQ(post("{}").status, 200u);
    redis.kill();
    harness::wait_until([&] { return post("{}").status == 503; }, "it should be noticed");
    post_for(outage, 503);
    redis.start();
    expect_recovery_within_a_second_of(steady_clock::now());
}

TEST_F(EdgeRedisRecovery, OfARedisThatWasFrozen) {
    auto& redis = start_node("redis");
    start_edge(redis.tcp_url(), "calendly_redis_timeout 300ms; calendly_redis_connect_timeout 300ms;");
    wait_for_recovery();
    redis.freeze();
    post_for(outage, 503);
    redis.thaw();
    expect_recovery_within_a_second_of(steady_clock::now());
}

TEST_F(EdgeRedisRecovery, OfARedisWhoseSocketWasNotThere) {
    auto& redis = start_node("redis");
    redis.stop();
    start_edge(redis.url());
    post_for(outage, 503);
    redis.start();
    expect_recovery_within_a_second_of(steady_clock::now());
}

TEST_F(EdgeRedisRecovery, OfASetThatWasDown) {
    auto& first = start_node("first");
    auto& second = start_node("second");
    start_edge(first.tcp_url() + " " + second.tcp_url());
    EXPECT_EQ(post("{}").status, 200u);
    first.kill();
    second.kill();
    harness::wait_until([&] { return post("{}").status == 503; }, "it should be noticed");
    post_for(outage, 503);
    second.start();
    expect_recovery_within_a_second_of(steady_clock::now());
    EXPECT_EQ(stored_in(second), 1u);
}

TEST_F(EdgeRedisRecovery, LeavesNoSocketOpen) {
    auto& redis = start_node("redis");
    harness::TcpGate gate(redis.port());
    start_edge(tcp_url(gate.port()));
    expect_no_file_left_open_by_cuts_of(gate);
}

// Every worker for itself.
TEST_F(EdgeRedisRecovery, OfSeveralWorkers) {
    auto& redis = start_node("redis");
    redis.stop();
    start_nginx({.location = location(redis.tcp_url()), .workers = 3});
    expect_unavailable();
    redis.start();
    harness::wait_until(
        [&] {
            return count_in(redis.client().text({"CLIENT", "LIST"}), "cmd=ping") == 3;
        },
        "each worker should have a connection");
    EXPECT_EQ(post("{}").status, 200u);
}

}  // namespace redis_errors_test
}  // namespace e2e
