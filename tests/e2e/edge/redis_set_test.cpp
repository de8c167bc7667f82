// Several servers are one replication set: only a master is used, the next one when it fails, and it stays.
#include "e2e/edge/redis_fixture.hpp"
#include "e2e/harness/fake_redis.hpp"
#include "e2e/harness/free_port.hpp"

namespace e2e {
namespace edge_redis_set_test {

using harness::FakeRedis;
using harness::HttpClient;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* loading = "-LOADING Redis is loading the dataset in memory\r\n";
constexpr const char* master_down =
    "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.\r\n";
constexpr const char* read_only = "-READONLY You can't write against a read only replica.\r\n";

class EdgeRedisSet : public EdgeRedisTest {
protected:
    // The edge passes over a first node that is like this, and waits for nothing.
    void expect_passed_over(const std::string& url) {
        auto& good = start_node("good");
        start_edge(url + " " + good.tcp_url());
        EXPECT_EQ(post("the first delivery").status, 200u);
        EXPECT_EQ(post("another one").status, 200u);
        EXPECT_EQ(stored_in(good), 2u);
    }

    // The first node was down at the start, and is back; a delivery is in the second.
    std::pair<harness::RedisServer&, harness::RedisServer&> start_on_the_second() {
        auto& first = start_node("first");
        auto& second = start_node("second");
        first.stop();
        start_edge(first.tcp_url() + " " + second.tcp_url());
        EXPECT_EQ(post("{}").status, 200u);
        first.start();
        return {first, second};
    }

    // An answer to XADD that sends the edge to the next node.
    void expect_left_after(const std::string& answer) {
        FakeRedis first;
        auto& second = start_node("second");
        start_edge(first.url() + " " + second.tcp_url());
        EXPECT_EQ(post("before").status, 200u);
        first.answer("XADD", answer);
        expect_unavailable("redis_error");
        wait_for_recovery();
        EXPECT_EQ(stored_in(second), 1u);
        first.answer("XADD", "$3\r\n1-2\r\n");
        EXPECT_EQ(post("after").status, 200u);
        EXPECT_EQ(stored_in(second), 2u);
        nginx_.reset();
    }
};

TEST_F(EdgeRedisSet, PassesOverANodeThatIsDown) {
    expect_passed_over(tcp_url(harness::free_port()));
}

TEST_F(EdgeRedisSet, PassesOverANodeWhoseSocketIsNotThere) {
    expect_passed_over("unix:" + (folder_ / "no-redis.sock").string());
}

TEST_F(EdgeRedisSet, PassesOverAReplica) {
    auto& replica = start_node("replica");
    auto& master = start_node("master");
    replica.follow(master);
    start_edge(replica.tcp_url() + " " + master.tcp_url());
    EXPECT_EQ(post("the first delivery").status, 200u) << "no READONLY on the way";
    EXPECT_EQ(stored_in(master), 1u);
}

TEST_F(EdgeRedisSet, PassesOverANodeThatReadsItsData) {
    FakeRedis first;
    first.answer("PING", loading);
    expect_passed_over(first.url());
    EXPECT_EQ(first.count("XADD"), 0u);
}

// Redis answers ROLE while it reads its data, and as it was before.
TEST_F(EdgeRedisSet, PassesOverANodeThatReadsItsDataAndTellsNoRole) {
    FakeRedis first;
    first.answer("PING", loading);
    first.answer("ROLE", loading);
    expect_passed_over(first.url());
}

TEST_F(EdgeRedisSet, PassesOverANodeThatLostItsMaster) {
    FakeRedis first;
    first.answer("PING", master_down);
    expect_passed_over(first.url());
}

TEST_F(EdgeRedisSet, PassesOverASentinel) {
    FakeRedis first;
    first.answer("ROLE", "*2\r\n$8\r\nsentinel\r\n*1\r\n$4\r\nedge\r\n");
    expect_passed_over(first.url());
}

TEST_F(EdgeRedisSet, PassesOverANodeThatRefusesThePassword) {
    FakeRedis first;
    first.answer("AUTH", "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
    auto& good = start_node("good", {.arguments = {"--requirepass", "hush-hush"}});
    start_edge(first.url() + " " + good.tcp_url(),
               "calendly_redis_password_file " + folder_.secret("redis.password", "hush-hush\n") + ";");
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(first.count("XADD"), 0u);
}

TEST_F(EdgeRedisSet, PassesOverANodeThatIsSilent) {
    FakeRedis first;
    first.answer("PING", "");
    auto& good = start_node("good");
    start_edge(first.url() + " " + good.tcp_url(), "calendly_redis_connect_timeout 300ms;");
    wait_for_recovery();
    EXPECT_GE(stored_in(good), 1u);
}

TEST_F(EdgeRedisSet, DeliveriesWaitForTheWholeFirstRound) {
    auto& silent = start_node("silent");
    auto& good = start_node("good");
    harness::TcpGate gate(silent.port());
    gate.freeze();
    start_edge(tcp_url(gate.port()) + " " + good.tcp_url(), "calendly_redis_connect_timeout 1m;");
    auto early = send("early");
    wait_for_requests(1);
    harness::wait_until([&] { return gate.connections() == 1; }, "the edge should try the silent node");
    gate.cut();
    EXPECT_EQ(early.receive().status, 200u);
    EXPECT_EQ(stored_in(good), 1u);
}

// Two silent nodes take four seconds.
TEST_F(EdgeRedisSet, DeliveriesWaitForTheConnectTimeoutOnly) {
    FakeRedis first, second;
    first.answer("PING", "");
    second.answer("PING", "");
    start_edge(first.url() + " " + second.url(), "calendly_redis_connect_timeout 2s;");
    const auto begin = steady_clock::now();
    expect_unavailable();
    EXPECT_LT(since(begin), Duration(3500));
}

TEST_F(EdgeRedisSet, IsLeftAloneByANodeThatReads) {
    expect_left_after(loading);
}

TEST_F(EdgeRedisSet, IsLeftAloneByANodeThatLostItsMaster) {
    expect_left_after(master_down);
}

TEST_F(EdgeRedisSet, IsLeftAloneByANodeThatBecameAReplica) {
    expect_left_after(read_only);
}

TEST_F(EdgeRedisSet, OtherErrorsAreNoReasonToLeave) {
    FakeRedis first, second;
    start_edge(first.url() + " " + second.url());
    for (const std::string error : {"-OOM command not allowed\r\n", "-WRONGTYPE of key\r\n",
                                    "-MISCONF Redis is configured to save\r\n", "-NOPERM no rights\r\n"}) {
        first.answer("XADD", error);
        expect_unavailable("redis_error");
    }
    first.answer("XADD", "$3\r\n1-1\r\n");
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(second.connections(), 0u);
    EXPECT_EQ(first.connections(), 1u);
}

TEST_F(EdgeRedisSet, FollowsTheMaster) {
    auto& first = start_node("first");
    auto& second = start_node("second");
    second.follow(first);
    start_edge(first.tcp_url() + " " + second.tcp_url());
    EXPECT_EQ(post("to the first").status, 200u);
    harness::wait_until([&] { return stored_in(second) == 1; }, "the replica should have it");
    second.promote();
    first.follow(second);
    expect_unavailable("redis_error");
    EXPECT_THAT(nginx_->error_log(), HasSubstr("READONLY"));
    expect_recovery_within_a_second_of(steady_clock::now());
    EXPECT_EQ(stored_in(second), 2u);
}

TEST_F(EdgeRedisSet, StaysWhenTheFirstNodeReturns) {
    auto [first, second] = start_on_the_second();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(stored_in(first), 0u);
    EXPECT_EQ(stored_in(second), 21u);
}

TEST_F(EdgeRedisSet, ComesBackRoundTheEnd) {
    auto [first, second] = start_on_the_second();
    second.kill();
    expect_recovery_within_a_second_of(steady_clock::now());
    EXPECT_EQ(stored_in(first), 1u);
}

TEST_F(EdgeRedisSet, OfReplicasMeansQuick503sAndFewLines) {
    FakeRedis first, second;
    first.answer("ROLE", FakeRedis::replica);
    second.answer("ROLE", FakeRedis::replica);
    start_edge(first.url() + " " + second.url());
    const auto begin = steady_clock::now();
    const auto answered = post_for(Duration(3000), 503);
    EXPECT_GT(answered, 20u) << "a refusal must be quick";
    expect_complaints_since(begin, 3);
    EXPECT_GE(first.connections(), 4u);
    EXPECT_LE(first.connections(), 20u) << "rounds need a pause between them";
    second.answer("ROLE", "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
    expect_recovery_within_a_second_of(steady_clock::now());
    EXPECT_EQ(first.count("XADD"), 0u);
}

// Whoever is woken reads both in the first lines.
TEST_F(EdgeRedisSet, NoServerHidesWhatIsWrongWithAnother) {
    FakeRedis replica;
    replica.answer("ROLE", FakeRedis::replica);
    start_edge(tcp_url(harness::free_port()) + " " + replica.url());
    expect_unavailable();
    EXPECT_THAT(nginx_->error_log(), AllOf(HasSubstr("connecting failed"), HasSubstr("ROLE: not a master")));
}

TEST_F(EdgeRedisSet, OfReplicasRecoversWhenOneIsPromoted) {
    auto& first = start_node("first", {.arguments = {"--replicaof", "127.0.0.1", "1"}});
    auto& second = start_node("second", {.arguments = {"--replicaof", "127.0.0.1", "1"}});
    start_edge(first.tcp_url() + " " + second.tcp_url());
    expect_unavailable();
    EXPECT_THAT(nginx_->error_log(), HasSubstr("ROLE: not a master"));
    post_for(Duration(1000), 503);
    second.promote();
    expect_recovery_within_a_second_of(steady_clock::now());
    EXPECT_EQ(stored_in(second), 1u);
}

TEST_F(EdgeRedisSet, WithDatabasesOfTheirOwn) {
    auto& first = start_node("first");
    auto& second = start_node("second");
    start_edge(first.tcp_url() + "/1 " + second.url() + "?db=2");
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(stored_in(first, 1), 1u);
    first.stop();
    wait_for_recovery();
    EXPECT_EQ(stored_in(second, 2), 1u);
    EXPECT_TRUE(has_logged("127.0.0.1:" + std::to_string(first.port()) + "/1: "));
}

TEST_F(EdgeRedisSet, OfThreeWithTheMasterLast) {
    auto& master = start_node("master");
    auto& replica = start_node("replica");
    replica.follow(master);
    start_edge(tcp_url(harness::free_port()) + " " + replica.tcp_url() + " " + master.tcp_url());
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(stored_in(master), 1u);
}

TEST_F(EdgeRedisSet, WhatWaitsOnALostNodeIsNotStoredTwice) {
    auto& first = start_node("first");
    auto& second = start_node("second");
    start_edge(first.tcp_url() + " " + second.tcp_url(), "calendly_redis_timeout 1m;");
    EXPECT_EQ(post("before").status, 200u);
    first.freeze();
    std::vector<HttpClient> waiting;
    for (int i = 0; i < 5; ++i) waiting.push_back(send("waiting"));
    wait_for_requests(5);
    first.kill();
    // What was sent gets 503; what was still held back for the first's answer goes to the second.
    EXPECT_EQ(waiting.front().receive().status, 503u);
    std::size_t accepted = 0;
    for (std::size_t i = 1; i < waiting.size(); ++i) accepted += waiting[i].receive().status == 200 ? 1 : 0;
    wait_for_recovery();
    EXPECT_EQ(stored_in(second), accepted + 1);
}

// With one URL there is no other node to go to.
TEST_F(EdgeRedisSet, OfOneIsNotAskedForItsRole) {
    FakeRedis only;
    start_edge(only.url());
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(only.count("ROLE"), 0u);
    EXPECT_EQ(only.count("PING"), 1u);
    for (const std::string error : {loading, master_down, read_only}) {
        only.answer("XADD", error);
        for (int i = 0; i < 3; ++i) expect_unavailable("redis_error");
    }
    only.answer("XADD", "$3\r\n1-1\r\n");
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(only.connections(), 1u);
}

TEST_F(EdgeRedisSet, OfWrongUrlsIsRefused) {
    const auto check = [&](const std::string& urls) {
        return harness::Nginx::check(folder_, {.location = location(urls)}).output;
    };
    const auto where = testing::ContainsRegex("in /[^ ]*/nginx.conf:[0-9]+");
    EXPECT_THAT(check("redis://127.0.0.1 localhost:6379"), testing::AllOf(HasSubstr("redis://"), where));
    EXPECT_THAT(check("redis://127.0.0.1 redis://no-such-host.invalid"),
                testing::AllOf(HasSubstr("URL 2: host not found"), where));
    EXPECT_THAT(
        check("unix:/a redis://edge:hush@127.0.0.1"),
        testing::AllOf(HasSubstr("calendly_redis_password_file"), where, testing::Not(HasSubstr("hush"))));
    EXPECT_THAT(check("unix:/a redis://edge@127.0.0.1"),
                testing::AllOf(HasSubstr("calendly_redis_password_file"), where));
}

}  // namespace edge_redis_set_test
}  // namespace e2e
