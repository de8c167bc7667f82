// A connection that is idle, and a fail-over that nobody tells the edge about. Label: slow.
#include "e2e/edge/redis_fixture.hpp"
#include "e2e/harness/fake_redis.hpp"
#include "e2e/harness/redis_sentinel.hpp"

namespace e2e {
namespace slow_redis_test {

using testing::HasSubstr;
using testing::Not;

// Ten seconds without traffic, then the answer to the PING is waited for.
constexpr Duration idle{10'000};

class SlowEdgeIdle : public EdgeRedisTest {
protected:
    void be_idle_for(Duration duration) {
        const auto begin = steady_clock::now();
        harness::wait_until([&] { return since(begin) > duration; }, "some time", duration * 2);
    }
    void wait_for_line(const std::string& text) const { wait_for_log(text, 1, idle * 3); }
};

TEST_F(SlowEdgeIdle, AConnectionThatWentDeadIsFoundAndReplaced) {
    auto& redis = start_node("redis");
    harness::TcpGate gate(redis.port());
    start_edge(tcp_url(gate.port()), "calendly_redis_timeout 1s;");
    EXPECT_EQ(post("before").status, 200u);
    gate.freeze();
    const auto begin = steady_clock::now();
    wait_for_line("does not answer");
    EXPECT_LT(since(begin), idle + Duration(3000));
    gate.thaw();
    wait_for_line("connected again");
    EXPECT_EQ(post("after").status, 200u);
    EXPECT_EQ(stored_in(redis), 2u);
}

TEST_F(SlowEdgeIdle, AConnectionIsKeptByPings) {
    harness::FakeRedis redis;
    start_edge(redis.url());
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(redis.count("PING"), 1u) << "the one of the handshake";
    harness::wait_until([&] { return redis.count("PING") >= 3; }, "two more", idle * 3);
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(redis.connections(), 1u);
    EXPECT_THAT(nginx_->error_log(), Not(HasSubstr("calendly: Redis")));
}

TEST_F(SlowEdgeIdle, NoPingWhereThereIsTraffic) {
    harness::FakeRedis redis;
    start_edge(redis.url());
    for (int i = 0; i < 7; ++i) {
        EXPECT_EQ(post("{}").status, 200u);
        be_idle_for(idle / 5);
    }
    EXPECT_EQ(redis.count("PING"), 1u) << "the one of the handshake";
}

// Redis closes idle connections after its `timeout`, here longer than ours.
TEST_F(SlowEdgeIdle, RedisHasNoReasonToCloseIt) {
    auto& redis = start_node("redis", {.arguments = {"--timeout", "15"}});
    start_edge(redis.tcp_url());
    EXPECT_EQ(post("{}").status, 200u);
    be_idle_for(idle * 2);
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_THAT(nginx_->error_log(), Not(HasSubstr("calendly: Redis")));
}

TEST_F(SlowEdgeIdle, ReplicasAreFoundOutByThePing) {
    harness::FakeRedis first, second;
    start_edge(first.url() + " " + second.url());
    EXPECT_EQ(post("{}").status, 200u);
    first.answer("PING", "-MASTERDOWN Link with MASTER is down\r\n");
    harness::wait_until([&] { return second.connections() > 0; }, "the next node", idle * 3);
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(second.count("XADD"), 1u);
}

class SlowEdgeFailOver : public EdgeRedisTest {
protected:
    // Who makes a server a replica cuts its connections, ours too, and then it loads what the master has.
    static bool has_followed(const harness::RedisServer& node, std::size_t stored) try {
        return stored_in(node) == stored;
    } catch (const std::runtime_error&) {
        return false;
    }
};

// The deliveries of the whole time: each one that got 200 is in the new master or came before the old one was
// killed and is there too, since it was replicated.
TEST_F(SlowEdgeFailOver, OfARealSentinel) {
    auto& master = start_node("master");
    auto& replica = start_node("replica");
    replica.follow(master);
    harness::RedisSentinel sentinel(folder_, master);
    start_edge(master.tcp_url() + " " + replica.tcp_url());
    for (int i = 0; i < 10; ++i) EXPECT_EQ(post("before").status, 200u);
    harness::wait_until([&] { return has_followed(replica, 10); }, "the replica should have them");

    master.kill();
    harness::wait_until([&] { return post("during").status == 503; }, "it should be noticed");
    harness::wait_until([&] { return sentinel.master_port() == replica.port(); }, "Sentinel should act",
                        Duration(30'000));
    expect_recovery_within_a_second_of(steady_clock::now());
    for (int i = 0; i < 10; ++i) EXPECT_EQ(post("after").status, 200u);
    EXPECT_EQ(stored_in(replica), 21u);

    // The old master comes back and thinks that it still is one, until Sentinel tells it otherwise.
    master.start();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(post("still").status, 200u);
    EXPECT_EQ(stored_in(replica), 31u);
    harness::wait_until([&] { return has_followed(master, 31); }, "the old master should follow",
                        Duration(30'000));
}

}  // namespace slow_redis_test
}  // namespace e2e
