// rediss:// carries everything as without TLS, and breaks as without.
#include "e2e/edge/redis_tls_fixture.hpp"

namespace e2e {
namespace redis_tls_traffic_test {

using harness::HttpClient;

class EdgeRedisTlsTraffic : public EdgeRedisTlsTest {};

TEST_F(EdgeRedisTlsTraffic, BodiesOfAnySize) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis, "client_body_buffer_size 512k;");
    for (const std::size_t size : {0ul, 1ul, 3000ul, 16'383ul, 16'384ul, 16'385ul, 200'000ul, 1'000'000ul}) {
        std::string body;
        while (body.size() < size) body += std::to_string(body.size()) + ",";
        body.resize(size);
        EXPECT_EQ(post(body).status, 200u) << size;
        EXPECT_TRUE(redis.client().webhooks().back().body == body) << size;
    }
}

TEST_F(EdgeRedisTlsTraffic, BodiesInAFile) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis, "client_body_in_file_only clean;");
    const std::string body = std::string(100'000, 'a') + std::string(100'000, 'b');
    EXPECT_EQ(post(body).status, 200u);
    EXPECT_TRUE(redis.client().webhooks().back().body == body);
}

TEST_F(EdgeRedisTlsTraffic, ManyDeliveriesAtOnce) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis, "calendly_redis_timeout 1m;");
    EXPECT_EQ(post("{}").status, 200u);
    redis.freeze();
    std::vector<HttpClient> clients;
    for (std::size_t i = 0; i < 200; ++i)
        clients.push_back(send("delivery " + std::to_string(i) + std::string(37 * i, 'x')));
    wait_for_requests(200);
    redis.thaw();
    for (auto& client : clients) EXPECT_EQ(client.receive().status, 200u);
    EXPECT_EQ(stored_in(redis), 201u);
}

// More than the buffers of both sockets hold, so that writing has to wait.
TEST_F(EdgeRedisTlsTraffic, MoreThanTheSocketTakesAtOnce) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis,
                   "calendly_redis_timeout 1m; client_max_body_size 16m; client_body_buffer_size 16m;");
    EXPECT_EQ(post("{}").status, 200u);
    std::string large;
    while (large.size() < 12'000'000) large += std::to_string(large.size()) + ",";
    redis.freeze();
    auto first = send(large);
    wait_for_requests(1);
    auto second = send("behind it");
    wait_for_requests(2);
    redis.thaw();
    EXPECT_EQ(first.receive().status, 200u);
    EXPECT_EQ(second.receive().status, 200u);
    const auto entries = redis.client().webhooks();
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_TRUE(std::ranges::any_of(entries, [&](const auto& entry) { return entry.body == large; }));
}

TEST_F(EdgeRedisTlsTraffic, ByteByByte) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    gate.trickle(1, Duration(0));
    start_edge("rediss://localhost:" + std::to_string(gate.port()),
               trust() + "calendly_redis_connect_timeout 1m; calendly_redis_timeout 1m;");
    std::vector<HttpClient> clients;
    for (int i = 0; i < 5; ++i) clients.push_back(send("slow"));
    for (auto& client : clients) EXPECT_EQ(client.receive().status, 200u);
    EXPECT_EQ(stored_in(redis), 5u);
}

TEST_F(EdgeRedisTlsTraffic, GarbageOnTheWay) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    start_edge("rediss://localhost:" + std::to_string(gate.port()), trust());
    for (const std::string& garbage :
         {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string(1 << 20, 'x'), std::string("+OK\r\n"),
          std::string(100, '\0')}) {
        wait_for_recovery();
        gate.answer_with(garbage);
        EXPECT_EQ(post("{}").status, 503u) << garbage.substr(0, 20);
        gate.answer_with("");
    }
    wait_for_recovery();
}

TEST_F(EdgeRedisTlsTraffic, CutWhileADeliveryWaits) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    start_edge("rediss://localhost:" + std::to_string(gate.port()), trust() + "calendly_redis_timeout 1m;");
    EXPECT_EQ(post("{}").status, 200u);
    gate.freeze();
    auto waiting = send("waiting");
    wait_for_requests(1);
    gate.cut();
    EXPECT_EQ(waiting.receive().status, 503u);
    gate.thaw();
    expect_recovery_within_a_second_of(steady_clock::now());
}

TEST_F(EdgeRedisTlsTraffic, SilentDuringTheHandshake) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    gate.freeze();
    start_edge("rediss://localhost:" + std::to_string(gate.port()),
               trust() + "calendly_redis_connect_timeout 300ms;");
    expect_refused("the TLS handshake is not answered");
    gate.thaw();
    wait_for_recovery();
}

TEST_F(EdgeRedisTlsTraffic, RedisComesBack) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis);
    EXPECT_EQ(post("{}").status, 200u);
    redis.stop();
    harness::wait_until([&] { return post("{}").status == 503; }, "it should be noticed");
    redis.start();
    expect_recovery_within_a_second_of(steady_clock::now());
}

TEST_F(EdgeRedisTlsTraffic, LeavesNoSocketOpen) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    start_edge("rediss://localhost:" + std::to_string(gate.port()), trust());
    expect_no_file_left_open_by_cuts_of(gate);
}

TEST_F(EdgeRedisTlsTraffic, QuitAnswersWhatWaits) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis, "calendly_redis_timeout 1m;");
    EXPECT_EQ(post("before").status, 200u);
    redis.freeze();
    auto waiting = send("waiting");
    wait_for_requests(1);
    nginx_->signal(SIGQUIT);
    wait_for_log("gracefully shutting down");
    redis.thaw();
    EXPECT_EQ(waiting.receive().status, 200u);
    waiting.close();
    EXPECT_EQ(nginx_->quit(), 0);
    EXPECT_EQ(stored_in(redis), 2u);
}

TEST_F(EdgeRedisTlsTraffic, QuitIsPromptDuringTheHandshake) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    gate.freeze();
    start_edge("rediss://localhost:" + std::to_string(gate.port()),
               trust() + "calendly_redis_connect_timeout 1m;");
    const auto begin = steady_clock::now();
    EXPECT_EQ(nginx_->quit(), 0);
    EXPECT_LT(since(begin), Duration(5000));
}

TEST_F(EdgeRedisTlsTraffic, ShutdownTimeoutDuringTheHandshake) {
    auto& redis = start_tls_node("redis");
    harness::TcpGate gate(redis.tls_port());
    gate.freeze();
    start_nginx(
        {.location = location("rediss://localhost:" + std::to_string(gate.port()),
                              trust() + "calendly_redis_connect_timeout 1m; calendly_redis_timeout 1m;"),
         .main = "worker_shutdown_timeout 500ms;"});
    auto waiting = send("waiting");
    wait_for_requests(1);
    EXPECT_EQ(nginx_->quit(), 0);
}

TEST_F(EdgeRedisTlsTraffic, ReloadsUnderLoadLoseNothing) {
    auto& redis = start_tls_node("redis");
    start_trusting(redis);
    std::size_t sent = 0;
    for (std::size_t reload = 1; reload <= 5; ++reload) {
        nginx_->reload(location(redis.tls_url(), trust()));
        harness::wait_until(
            [&] {
                EXPECT_EQ(post("load " + std::to_string(++sent)).status, 200u);
                return times_logged("exited with code 0") >= reload;
            },
            "the old worker should leave");
    }
    EXPECT_EQ(stored_in(redis), sent);
}

}  // namespace redis_tls_traffic_test
}  // namespace e2e
