// What one turn of nginx's event loop brings for a stream, when it is much, is one transaction in Redis; and
// whoever is told 200 has his own entry, whatever Redis makes of the transaction.
#include "e2e/edge/turn_fixture.hpp"
#include "e2e/harness/tcp_gate.hpp"

namespace e2e {
namespace transactions_test {

using testing::Each;
using testing::ElementsAreArray;
using testing::HasSubstr;

class EdgeTransactions : public EdgeTurnTest {};

TEST_F(EdgeTransactions, ABusyTurnIsOneInTheOrderOfItsDeliveries) {
    auto& redis = start_node("redis");
    start_named_edge(redis.tcp_url());
    const auto requests = several(20, much);
    EXPECT_THAT(turn(requests), Each(200u));
    EXPECT_THAT(stored_bodies(redis), ElementsAreArray(bodies(requests)));
    EXPECT_GE(calls(redis, "multi"), 1u);
    EXPECT_GE(calls(redis, "exec"), 1u);
    expect_that_each_has_its_own_id(redis);
}

TEST_F(EdgeTransactions, SoAreDeliveriesThatWaitedForTheFirstConnection) {
    auto& redis = start_node("redis");
    harness::TcpGate gate(redis.port());
    gate.freeze();
    start_named_edge(tcp_url(gate.port()));
    auto clients = send_in_one_turn(several(20, much));
    wait_for_requests(20);
    gate.thaw();
    EXPECT_THAT(answers(std::move(clients)), Each(200u));
    EXPECT_EQ(calls(redis, "multi"), 1u);
    EXPECT_EQ(calls(redis, "exec"), 1u);
    expect_that_each_has_its_own_id(redis);
}

TEST_F(EdgeTransactions, AreNotMadeOfLittle) {
    auto& redis = start_node("redis");
    start_named_edge(redis.tcp_url());
    const auto requests = several(20, little);
    EXPECT_THAT(turn(requests), Each(200u));
    EXPECT_THAT(turn({named(20 * much)}), Each(200u)) << "one command needs none";
    EXPECT_EQ(stored_in(redis), 21u);
    EXPECT_EQ(calls(redis, "multi"), 0u);
    EXPECT_EQ(calls(redis, "exec"), 0u);
}

TEST_F(EdgeTransactions, AFullRedisRefusesTheWholeTurn) {
    auto& redis = start_node("redis");
    start_named_edge(redis.tcp_url());
    fill(redis);
    EXPECT_THAT(turn(several(20, much)), Each(503u));
    harness::wait_until([&] { return named_results(" redis_error ") == 20; }, "each redis_error");
    EXPECT_THAT(nginx_->error_log(), HasSubstr(": OOM command not allowed"));
    EXPECT_EQ(stored_in(redis), 0u);
    drain(redis);
    const auto requests = several(20, much);
    EXPECT_THAT(turn(requests), Each(200u));
    EXPECT_THAT(stored_bodies(redis), ElementsAreArray(bodies(requests)));
    EXPECT_GE(calls(redis, "multi"), 2u);
}

TEST_F(EdgeTransactions, AreGivenUpWhenTheUserMayOnlyAdd) {
    auto& redis = start_redis_for({"+xadd", "~calendly:*"});
    start_edge_as_user(redis.port());
    auto requests = several(20, much);
    EXPECT_THAT(turn(requests), Each(200u));
    const auto refused = info(redis, "errorstats", "errorstat_NOPERM:count=");
    EXPECT_GE(refused, 2u) << "MULTI and EXEC";
    const auto more = several(20, much);
    EXPECT_THAT(turn(more), Each(200u));
    EXPECT_EQ(info(redis, "errorstats", "errorstat_NOPERM:count="), refused);
    requests.insert(requests.end(), more.begin(), more.end());
    EXPECT_THAT(stored_bodies(redis), ElementsAreArray(bodies(requests)));
    expect_that_each_has_its_own_id(redis);
}

TEST_F(EdgeTransactions, AreGivenUpWhenTheUserMayNotEndThem) {
    auto& redis = start_redis_for({"+xadd", "+multi", "~calendly:*"});
    harness::TcpGate gate(redis.port());
    gate.freeze();
    start_edge_as_user(gate.port());
    auto clients = send_in_one_turn(several(20, much));
    wait_for_requests(20);
    gate.thaw();
    EXPECT_THAT(answers(std::move(clients)), Each(503u));
    EXPECT_TRUE(has_logged("no permissions to run the 'exec' command"));
    EXPECT_EQ(stored_in(redis), 0u);
    harness::wait_until([&] { return answers(send_in_one_turn({named(little)})) == Statuses{200}; },
                        "the edge should connect again");
    EXPECT_THAT(turn(several(20, much)), Each(200u));
    EXPECT_EQ(stored_in(redis), 21u);
    EXPECT_EQ(calls(redis, "multi"), 1u);
    expect_that_each_has_its_own_id(redis);
}

TEST_F(EdgeTransactions, AStreamThatIsForbiddenSpoilsNoOther) {
    auto& redis = start_redis_for({"+xadd", "+multi", "+exec", "~calendly:{calendly}:*"});
    start_edge_as_user(redis.port());
    Requests blocks, mixture;
    Statuses of_blocks, of_mixture;
    for (int i = 0; i < 30; ++i) {
        const bool allowed_block = i / 10 != 1, allowed = i % 2 == 0;
        blocks.push_back(named(much, allowed_block ? harness::Nginx::path : other_path));
        of_blocks.push_back(allowed_block ? 200 : 503);
        mixture.push_back(named(much, allowed ? harness::Nginx::path : other_path));
        of_mixture.push_back(allowed ? 200 : 503);
    }
    EXPECT_EQ(turn(blocks), of_blocks);
    EXPECT_GE(calls(redis, "multi"), 3u);
    EXPECT_EQ(turn(mixture), of_mixture);
    EXPECT_EQ(stored_in(redis), 35u);
    expect_that_each_has_its_own_id(redis);
}

class EdgeLateTransactions : public EdgeTurnTest {
protected:
    static constexpr const char* impatient =
        "calendly_redis_timeout 300ms; calendly_redis_connect_timeout 10s;";

    // Some acknowledgements are late; what comes while they are still due is refused.
    void expect_no_foreign_id(bool refused_before) {
        auto& redis = start_redis_for({"+xadd", "~calendly:*"});
        harness::TcpGate gate(redis.port());
        start_edge_as_user(gate.port(), impatient);
        harness::wait_until([&] { return turn({named(little)}) == Statuses{200}; }, "it should be connected");
        if (refused_before) turn(several(20, much));
        gate.trickle(1, Duration(10));
        turn({named(little)});  // from its answer on
        turn(several(20, much));
        fill(redis);
        auto refused = send_in_one_turn(several(5, little));
        harness::wait_until(
            [&] {
                return info(redis, "errorstats", "errorstat_OOM:count=") == 5 || named_results(" ") == sent_;
            },
            "they should reach Redis, or be told");
        gate.trickle(64 * 1024, Duration(0));
        EXPECT_THAT(answers(std::move(refused)), Each(503u));
        EXPECT_GE(named_results(" redis_timeout "), 10);
        drain(redis);
        harness::wait_until([&] { return turn({named(little)}) == Statuses{200}; }, "it should be drained");
        turn(several(20, much));
        expect_that_each_has_its_own_id(redis);
        expect_nothing_stored_twice(redis);
    }

    static void expect_nothing_stored_twice(const RedisServer& redis) {
        auto bodies = stored_bodies(redis);
        std::ranges::sort(bodies);
        EXPECT_EQ(std::ranges::adjacent_find(bodies), bodies.end());
    }
};

TEST_F(EdgeLateTransactions, TakeNoOthersIdWhileMultiIsRefused) {
    expect_no_foreign_id(false);
}

TEST_F(EdgeLateTransactions, TakeNoOthersIdOnceMultiWasRefused) {
    expect_no_foreign_id(true);
}

class EdgeHalfSent : public EdgeTurnTest {
protected:
    // Its client leaves when nginx has it all, but Redis has not.
    std::string leave_half_sent() {
        const auto request = named(large);
        HttpClient client(nginx_->port());
        client.send(request);
        harness::wait_until([&] { return inflight() > 0 && client.delivered(); }, "nginx should have it");
        client.close();
        harness::wait_until([&] { return named_results(" 499 ") || inflight() == 0; }, "nginx should notice");
        return request.body;
    }

    unsigned long inflight() const {
        const auto metrics = harness::send_once(
            nginx_->port(), {.method = "GET", .target = "/metrics", .headers = {}, .body = {}});
        const std::string name = "\ncalendly_edge_inflight ";
        return std::stoul(metrics.body.substr(metrics.body.find(name) + name.size()));
    }

    void expect_right_deliveries_from_now_on(const RedisServer& redis) {
        harness::wait_until([&] { return turn({named(little)}) == Statuses{200}; }, "it should be back");
        const auto requests = several(20, much);
        EXPECT_THAT(turn(requests), Each(200u));
        auto last = stored_bodies(redis);
        last.erase(last.begin(), last.end() - 20);
        EXPECT_THAT(last, ElementsAreArray(bodies(requests)));
        expect_that_each_has_its_own_id(redis);
    }
};

TEST_F(EdgeHalfSent, IsStoredOnceAndWholeOrNotAtAllWhenLate) {
    auto& redis = start_node("redis");
    harness::TcpGate gate(redis.port());
    start_named_edge(tcp_url(gate.port()), "calendly_redis_timeout 1s; calendly_redis_connect_timeout 10s;");
    EXPECT_EQ(turn({named(little)}), Statuses{200});
    gate.trickle(1, Duration(10));  // Redis is heard all the time
    turn({named(little)});          // from its answer on
    const auto before = several(40, little);
    auto clients = send_in_one_turn(before);
    harness::wait_until([&] { return stored_in(redis) == 42; }, "they should be stored");
    redis.freeze();
    const auto body = leave_half_sent();
    harness::wait_until([&] { return inflight() == 0; }, "all should be late");
    EXPECT_FALSE(has_logged("does not answer")) << "the connection is the same";
    redis.thaw();
    gate.trickle(64 * 1024, Duration(0));
    answers(std::move(clients));
    expect_right_deliveries_from_now_on(redis);
    const auto stored = stored_bodies(redis);
    const auto is_large = [](const std::string& entry) { return entry.size() > 2 * much; };
    EXPECT_LE(std::ranges::count_if(stored, is_large), 1);
    EXPECT_EQ(std::ranges::count_if(stored, is_large), std::ranges::count(stored, body)) << "whole";
}

TEST_F(EdgeHalfSent, IsNotStoredInPartWhenItsConnectionIsLost) {
    auto& redis = start_node("redis");
    start_named_edge(redis.url(), "calendly_redis_timeout 1s; calendly_redis_connect_timeout 10s;");
    EXPECT_EQ(turn({named(little)}), Statuses{200});
    redis.freeze();
    leave_half_sent();
    wait_for_log("does not answer");
    redis.thaw();
    expect_right_deliveries_from_now_on(redis);
    for (const auto& body : stored_bodies(redis)) EXPECT_LT(body.size(), large);
}

TEST_F(EdgeTransactions, SurviveTheDeathOfRedisWhenTheyWereAcknowledged) {
    auto& redis = start_node("redis", {.keep = true});
    start_named_edge(redis.tcp_url());
    const auto log = folder_ / "redis" / "appendonlydir" / "appendonly.aof.1.incr.aof";
    harness::wait_until([&] { return turn({named(little)}) == Statuses{200}; }, "it should be back");
    const auto requests = several(200, much);
    const auto size = std::filesystem::file_size(log);
    auto clients = send_in_one_turn(requests);
    harness::wait_until([&] { return std::filesystem::file_size(log) > size; }, "Redis should write");
    redis.kill();
    const auto statuses = answers(std::move(clients));
    redis.start();
    const auto stored = stored_bodies(redis);
    for (std::size_t i = 0; i < requests.size(); ++i)
        if (statuses[i] == 200) {
            EXPECT_EQ(std::ranges::count(stored, requests[i].body), 1) << i;
        }
    expect_that_each_has_its_own_id(redis);
}

}  // namespace transactions_test
}  // namespace e2e
