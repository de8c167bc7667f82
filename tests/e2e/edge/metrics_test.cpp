// calendly_metrics: what is counted, of all workers, over reloads and deaths.
#include <thread>

#include "e2e/edge/metrics_fixture.hpp"

namespace e2e {
namespace edge_metrics_test {

class EdgeMetrics : public EdgeMetricsTest {};

TEST_F(EdgeMetrics, CountsWhatTheSignatureSays) {
    start_with_metrics();
    EXPECT_EQ(counted("accepted"), 0);
    post("{}");
    post({.target = harness::Nginx::path, .headers = {}, .body = "{}"});
    for (int i = 0; i < 2; ++i) post(unsigned_delivery("{}", "t=soon"));
    for (int i = 0; i < 3; ++i) post(delivery("{}", "not-one-of-the-signing-keys"));
    for (int i = 0; i < 4; ++i) post(delivery("{}", first_key, 1));
    EXPECT_EQ(send_without_body("PUT", harness::Nginx::path).status, 405u);
    EXPECT_EQ(counted("accepted"), 1);
    EXPECT_EQ(counted("missing_signature"), 1);
    EXPECT_EQ(counted("malformed_signature"), 2);
    EXPECT_EQ(counted("bad_signature"), 3);
    EXPECT_EQ(counted("stale"), 4);
    EXPECT_EQ(counted("redis_unavailable") + counted("redis_timeout") + counted("redis_error"), 0);
}

TEST_F(EdgeMetrics, CountsWhatRedisSays) {
    start_with_metrics();
    redis_->client().text({"SET", "calendly:{calendly}:webhooks", "not a stream"});
    EXPECT_EQ(post("{}").status, 503u);
    EXPECT_EQ(counted("redis_error"), 1);
    redis_->stop();
    wait_for([&] { return redis_up() == 0; }, "the connection should be lost");
    EXPECT_EQ(post("{}").status, 503u);
    EXPECT_EQ(counted("redis_unavailable"), 1);
    EXPECT_EQ(counted("accepted"), 0);
}

TEST_F(EdgeMetrics, CountsTimeoutsAndOverload) {
    start_with_metrics("calendly_redis_timeout 700ms; calendly_redis_max_inflight 2;");
    EXPECT_EQ(post("before").status, 200u);
    freeze_redis();
    auto waiting = send_many_in_one_turn(2);
    EXPECT_EQ(post("too many").status, 503u);
    EXPECT_EQ(counted("overload"), 1);
    for (auto& client : waiting) EXPECT_EQ(client.receive().status, 503u);
    EXPECT_EQ(counted("redis_timeout"), 2);
    EXPECT_EQ(inflight(), 0);
    redis_->thaw();
    wait_for_recovery();
    EXPECT_EQ(counted("redis_timeout"), 2);
}

TEST_F(EdgeMetrics, CountsADeliveryWhoseClientLeft) {
    // Redis may be frozen before the worker is connected: the delivery waits for that, too.
    start_with_metrics("calendly_redis_timeout 1m; calendly_redis_connect_timeout 1m;");
    freeze_redis();
    send_and_leave("its client left");
    EXPECT_EQ(inflight(), 1);
    redis_->thaw();
    wait_for([&] { return counted("accepted") == 1; }, "what was stored should be counted");
    EXPECT_EQ(inflight(), 0);
}

TEST_F(EdgeMetrics, StoreSecondsAreThoseOfAcceptedDeliveries) {
    start_with_metrics("calendly_redis_timeout 1m;");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(post(delivery("{}", "not-one-of-the-signing-keys")).status, 401u);
    EXPECT_EQ(value("calendly_edge_store_seconds_count"), 5);
    EXPECT_EQ(stored_within("+Inf"), 5);
    const double quick = value("calendly_edge_store_seconds_sum");
    EXPECT_GT(quick, 0);

    freeze_redis();
    auto slow = send_many(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    redis_->thaw();
    EXPECT_EQ(slow.front().receive().status, 200u);
    EXPECT_LE(stored_within("0.25"), 5);
    EXPECT_EQ(stored_within("+Inf"), 6);
    EXPECT_GT(value("calendly_edge_store_seconds_sum"), quick + 0.3);
}

TEST_F(EdgeMetrics, CountersAreThoseOfAllWorkersAndOutliveThem) {
    start_with_metrics("", 3);
    for (int i = 0; i < 30; ++i) EXPECT_EQ(post("{}").status, 200u);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(counted("accepted"), 30);

    const auto old_workers = nginx_->workers();
    nginx_->reload(location(redis_->url()));
    nginx_->wait_for_workers(3, old_workers);
    EXPECT_EQ(counted("accepted"), 30);
    EXPECT_EQ(post("{}").status, 200u);
    nginx_->kill_worker(nginx_->workers().front());
    wait_for_log("exited on signal 9");
    EXPECT_EQ(counted("accepted"), 31);
    EXPECT_EQ(value("calendly_edge_store_seconds_count"), 31);
}

TEST_F(EdgeMetrics, AReloadShowsNewConnectorsAndKeepsWhatRetiredOnesCounted) {
    start_with_metrics();
    EXPECT_EQ(post("{}").status, 200u);
    nginx_->reload("calendly_webhook new_one-2; calendly_signing_key_file " + key_file_ +
                   "; calendly_redis " + redis_->url() + ";");
    wait_for_log("exited with code 0");
    EXPECT_EQ(counted("accepted", "new_one-2"), 0);
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(counted("accepted", "new_one-2"), 1);
    EXPECT_EQ(counted("accepted"), 1);
    EXPECT_EQ(value("calendly_edge_store_seconds_count"), 2);
    expect_promtool_accepts(scrape());
}

TEST_F(EdgeMetrics, AReloadThatFailsChangesNothing) {
    start_with_metrics();
    EXPECT_EQ(post("{}").status, 200u);
    const auto workers = nginx_->workers();
    const auto good_keys = harness::read_file(key_file_);
    folder_.secret("signing.key", "# none\n");
    nginx_->expect_alarm("no key in it");
    nginx_->reload(location(redis_->url()));
    wait_for_log("no key in it");
    EXPECT_TRUE(has_logged("[emerg]"));
    EXPECT_EQ(post(delivery("{}", second_key)).status, 200u);
    EXPECT_EQ(post(delivery("{}", "not-one-of-the-signing-keys")).status, 401u);
    EXPECT_EQ(counted("accepted"), 2);
    EXPECT_EQ(counted("bad_signature"), 1);
    EXPECT_EQ(nginx_->workers(), workers);

    folder_.secret("signing.key", good_keys);
    nginx_->reload(location(redis_->url()));
    wait_for_log("exited with code 0");
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(counted("accepted"), 3);
    EXPECT_EQ(stored(), 3u);
}

TEST_F(EdgeMetrics, EachConnectorHasItsOwn) {
    start_redis();
    const std::string longest = std::string(30, 'a') + "-_" + std::string(32, '0');
    start_nginx({.location = location(redis_->url()),
                 .server = "location = /metrics { calendly_metrics; }"
                           "location = /other { calendly_webhook " +
                           longest + "; calendly_signing_key_file " + key_file_ + "; calendly_redis " +
                           redis_->url() + "; }"});
    auto other = delivery("{}");
    other.target = "/other";
    for (int i = 0; i < 2; ++i) EXPECT_EQ(post(other).status, 200u);
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(counted("accepted"), 1);
    EXPECT_EQ(counted("accepted", longest), 2);
}

TEST_F(EdgeMetrics, InFlightForgetsAKilledWorker) {
    start_with_metrics("calendly_redis_timeout 1m;");
    freeze_redis();
    const auto lost = send_many(5);
    nginx_->kill_worker(nginx_->workers().front());
    wait_for_log("exited on signal 9");
    EXPECT_EQ(inflight(), 0);
    redis_->thaw();
    wait_for_recovery();
    EXPECT_EQ(inflight(), 0);
}

TEST_F(EdgeMetrics, InFlightForgetsAKilledWorkerThatNobodyReplaces) {
    start_with_metrics("calendly_redis_timeout 1m;");
    freeze_redis();
    const auto lost = send_many(5);
    const auto old_worker = nginx_->workers().front();
    nginx_->reload(location(redis_->url()));
    wait_for_log("gracefully shutting down");
    EXPECT_EQ(inflight(), 5);
    nginx_->kill_worker(old_worker);
    wait_for_log("exited on signal 9");
    EXPECT_EQ(inflight(), 0);
    redis_->thaw();
}

TEST_F(EdgeMetrics, InFlightKeepsWhatTheOtherWorkersHave) {
    start_with_metrics("calendly_redis_timeout 1m;", 2);
    freeze_redis();
    auto clients = send_many(20);
    nginx_->kill_worker(nginx_->workers().front());
    wait_for_log("exited on signal 9");
    const double kept = inflight();
    redis_->thaw();
    double answered = 0;
    for (auto& client : clients) {
        try {
            if (client.receive().status == 200) ++answered;
        } catch (const std::exception&) {
            // it was with the killed worker
        }
    }
    EXPECT_EQ(kept, answered);
    EXPECT_EQ(counted("accepted"), answered);
    EXPECT_EQ(inflight(), 0);
}

TEST_F(EdgeMetrics, RedisUpFollowsRedis) {
    start_with_metrics("", 2);
    EXPECT_EQ(redis_up(), 1);
    redis_->kill();
    wait_for([&] { return redis_up() == 0; }, "Redis should be seen down");
    redis_->start();
    wait_for([&] { return redis_up() == 1; }, "Redis should be seen up");
}

TEST_F(EdgeMetrics, RedisUpForgetsAWorkerThatLeft) {
    start_with_metrics();
    redis_->stop();
    wait_for([&] { return redis_up() == 0; }, "Redis should be seen down");
    nginx_->reload("return 204;");
    wait_for_log("exited with code 0");
    EXPECT_EQ(redis_up(), 1);
}

TEST_F(EdgeMetrics, ASingleProcessCountsToo) {
    start_with_metrics("", 1, "master_process off;");
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(counted("accepted"), 1);
    freeze_redis();
    auto waiting = send_many(2);
    redis_->thaw();
    for (auto& client : waiting) EXPECT_EQ(client.receive().status, 200u);
    EXPECT_EQ(inflight(), 0);
    redis_->stop();
    wait_for([&] { return redis_up() == 0; }, "Redis should be seen down");
}

}  // namespace edge_metrics_test
}  // namespace e2e
