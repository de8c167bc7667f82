// Workers that leave keep their promises, and leave.
#include "e2e/edge/fixture.hpp"
#include "e2e/harness/full_server.hpp"
#include "e2e/harness/tcp_gate.hpp"

namespace e2e {
namespace shutdown_test {

using harness::HttpClient;

class EdgeShutdown : public EdgeTest {
protected:
    // For a Redis at this port that is silent for longer than a test takes.
    std::string never_ready(std::uint16_t port) const {
        return location("redis://127.0.0.1:" + std::to_string(port), patient_with_redis);
    }

    // A worker that answers has begun to connect, and nothing came of it yet.
    void expect_connecting() {
        EXPECT_EQ(post(unsigned_delivery("{}", "")).status, 401u);
        EXPECT_FALSE(has_logged("calendly: Redis"));
    }

    void expect_prompt_quit() {
        const auto begin = steady_clock::now();
        EXPECT_EQ(nginx_->quit(), 0);
        EXPECT_LT(since(begin), Duration(5000));
    }
};

TEST_F(EdgeShutdown, QuitAnswersWhatWaits) {
    start("calendly_redis_timeout 1m;");
    freeze_redis();
    auto waiting = send("waiting");
    wait_for_requests(1);
    nginx_->signal(SIGQUIT);
    wait_for_log("gracefully shutting down");
    redis_->thaw();
    EXPECT_EQ(waiting.receive().status, 200u);
    waiting.close();
    EXPECT_EQ(nginx_->quit(), 0);
    EXPECT_EQ(stored(), 1u);
}

TEST_F(EdgeShutdown, QuitStoresEvenWhatNobodyWaitsForAnyMore) {
    start("calendly_redis_timeout 1m;");
    freeze_redis();
    send_and_leave("its client left");
    nginx_->signal(SIGQUIT);
    wait_for_log("gracefully shutting down");
    redis_->thaw();
    EXPECT_EQ(nginx_->quit(), 0);
    EXPECT_EQ(stored(), 1u);
}

TEST_F(EdgeShutdown, QuitIsPromptWhileRedisIsDown) {
    start_nginx({.location = location("unix:" + (folder_ / "no-redis.sock").string())});
    EXPECT_EQ(post("{}").status, 503u);
    const auto begin = steady_clock::now();
    EXPECT_EQ(nginx_->quit(), 0);
    EXPECT_LT(since(begin), Duration(3000));
}

TEST_F(EdgeShutdown, QuitIsPromptWhileConnecting) {
    const harness::FullServer redis;
    start_nginx({.location = never_ready(redis.port())});
    expect_connecting();
    expect_prompt_quit();
}

TEST_F(EdgeShutdown, QuitIsPromptDuringTheGreeting) {
    start_redis();
    harness::TcpGate gate(redis_->socket_path());
    gate.freeze();
    start_nginx({.location = never_ready(gate.port())});
    harness::wait_until([&] { return gate.connections() == 1; }, "the edge should connect");
    expect_prompt_quit();
}

TEST_F(EdgeShutdown, ReloadAnswersWhatWaits) {
    start("calendly_redis_timeout 1m;");
    freeze_redis();
    std::vector<HttpClient> waiting;
    for (int i = 0; i < 5; ++i) waiting.push_back(send("waiting"));
    wait_for_requests(5);
    nginx_->reload(location(redis_->url(), patient_with_redis));
    wait_for_log("gracefully shutting down");
    redis_->thaw();
    for (auto& client : waiting) EXPECT_EQ(client.receive().status, 200u);
    waiting.clear();
    wait_for_log("exited with code 0");
    EXPECT_EQ(post("by the new worker").status, 200u);
    EXPECT_EQ(stored(), 6u);
}

TEST_F(EdgeShutdown, ReloadsUnderLoadLoseNothing) {
    start();
    std::size_t sent = 0;
    for (std::size_t reload = 1; reload <= 5; ++reload) {
        nginx_->reload(location(redis_->url()));
        harness::wait_until(
            [&] {
                EXPECT_EQ(post("load " + std::to_string(++sent)).status, 200u);
                return times_logged("exited with code 0") >= reload;
            },
            "the old worker should leave");
    }
    EXPECT_EQ(stored(), sent);
}

TEST_F(EdgeShutdown, ReloadTakesTheNewConfiguration) {
    start();
    const auto key_file = folder_.secret("other.key", "another-signing-key-of-the-tests");
    nginx_->reload("calendly_webhook other; calendly_signing_key_file " + key_file + "; calendly_redis " +
                   redis_->url() + ";");
    wait_for_log("exited with code 0");
    EXPECT_EQ(post("{}").status, 401u);
    EXPECT_EQ(post(delivery("{}", "another-signing-key-of-the-tests")).status, 200u);
    EXPECT_EQ(redis_->client().webhooks("other").size(), 1u);
}

TEST_F(EdgeShutdown, ShutdownTimeoutWhileRedisIsSilent) {
    start_redis();
    start_nginx({.location = location(redis_->url(), "calendly_redis_timeout 1m;"),
                 .main = "worker_shutdown_timeout 500ms;"});
    EXPECT_EQ(post("before").status, 200u);
    freeze_redis();
    auto waiting = send("waiting");
    wait_for_requests(1);
    EXPECT_EQ(nginx_->quit(), 0);
}

TEST_F(EdgeShutdown, ShutdownTimeoutWhileConnecting) {
    const harness::FullServer redis;
    start_nginx({.location = never_ready(redis.port()), .main = "worker_shutdown_timeout 500ms;"});
    expect_connecting();
    auto waiting = send("waiting");
    wait_for_requests(1);
    expect_prompt_quit();
}

TEST_F(EdgeShutdown, ShutdownTimeoutDuringTheGreeting) {
    start_redis();
    harness::TcpGate gate(redis_->socket_path());
    gate.freeze();
    start_nginx({.location = never_ready(gate.port()), .main = "worker_shutdown_timeout 500ms;"});
    auto waiting = send("waiting");
    wait_for_requests(1);
    expect_prompt_quit();
}

TEST_F(EdgeShutdown, AKilledWorkerIsReplaced) {
    start();
    EXPECT_EQ(post("before").status, 200u);
    ::kill(nginx_->workers().front(), SIGTERM);
    wait_for_log("start worker process ", 2);
    wait_for_recovery();
}

TEST_F(EdgeShutdown, SeveralWorkersShareTheWork) {
    start_redis();
    start_nginx({.location = location(redis_->url()), .workers = 3});
    std::vector<HttpClient> clients;
    for (int i = 0; i < 60; ++i) clients.push_back(send("delivery"));
    for (auto& client : clients) EXPECT_EQ(client.receive().status, 200u);
    EXPECT_EQ(stored(), 60u);
}

}  // namespace shutdown_test
}  // namespace e2e
