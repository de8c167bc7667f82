// Whatever Redis does, the answer is right, quick, and the edge comes back by itself.
#include "e2e/edge/redis_fixture.hpp"

namespace e2e {
namespace edge_redis_trouble_test {

using harness::HttpClient;
using testing::HasSubstr;
using testing::Lt;
using testing::StartsWith;

class EdgeRedisTrouble : public EdgeRedisTest {
protected:
    void start_behind_gate(const std::string& more = "") {
        start_redis();
        gate_.emplace(redis_->socket_path());
        start_nginx_behind_gate(more);
    }

    void start_nginx_behind_gate(const std::string& more = "") {
        start_nginx({.location = location(tcp_url(gate_->port()), more)});
    }

    std::optional<harness::TcpGate> gate_;
};

TEST_F(EdgeRedisTrouble, IsOverByItselfWhenARedisThatWasDownAtTheStartComesUp) {
    start_redis();
    redis_->stop();
    start_nginx({.location = location(redis_->url())});
    const auto begin = steady_clock::now();
    EXPECT_EQ(post("{}").status, 503u);
    EXPECT_THAT(since(begin), Lt(Duration(2000))) << "a refusal must be quick";
    redis_->start();
    const auto up = steady_clock::now();
    wait_for_recovery();
    EXPECT_THAT(since(up), Lt(Duration(2000)));
}

TEST_F(EdgeRedisTrouble, IsOverByItselfWhenRedisWasRestarted) {
    start();
    EXPECT_EQ(post("before").status, 200u);
    redis_->stop();
    redis_->start();
    wait_for_recovery();
}

TEST_F(EdgeRedisTrouble, AKilledRedisMeans503ForAllThatWait) {
    start("calendly_redis_timeout 1m;");
    freeze_redis();
    std::vector<HttpClient> clients;
    for (int i = 0; i < 5; ++i) clients.push_back(send("waiting"));
    wait_for_requests(5);
    redis_->kill();
    for (auto& client : clients) EXPECT_EQ(client.receive().status, 503u);
    EXPECT_THAT(last_access(), StartsWith("503 redis_unavailable"));
    redis_->start();
    wait_for_recovery();
}

TEST_F(EdgeRedisTrouble, ASilentRedisMeans503WithinTheTimeout) {
    start("calendly_redis_timeout 300ms;");
    freeze_redis();
    const auto begin = steady_clock::now();
    EXPECT_EQ(post("{}").status, 503u);
    EXPECT_THAT(since(begin), Lt(Duration(3000)));
    EXPECT_EQ(last_access(), "503 redis_timeout - 0");
    redis_->thaw();
    wait_for_recovery();
}

TEST_F(EdgeRedisTrouble, ARedisThatAcceptsAndIsSilentMeans503UntilItSpeaks) {
    start_redis();
    redis_->freeze();
    start_nginx({.location = location(redis_->url(), "calendly_redis_connect_timeout 300ms;")});
    EXPECT_EQ(post("{}").status, 503u);
    EXPECT_THAT(last_access(), StartsWith("503 redis_unavailable"));
    redis_->thaw();
    wait_for_recovery();
}

TEST_F(EdgeRedisTrouble, DeliveriesWaitForTheFirstConnection) {
    start_redis();
    gate_.emplace(redis_->socket_path());
    gate_->freeze();
    start_nginx_behind_gate("calendly_redis_connect_timeout 1m; calendly_redis_timeout 1m;");
    auto early = send("early");
    wait_for_requests(1);
    gate_->thaw();
    EXPECT_EQ(early.receive().status, 200u);
}

TEST_F(EdgeRedisTrouble, ACutConnectionMeans503ForWhatWaits) {
    start_behind_gate("calendly_redis_timeout 1m;");
    EXPECT_EQ(post("before").status, 200u);
    gate_->freeze();
    auto waiting = send("waiting");
    wait_for_requests(1);
    gate_->cut();
    EXPECT_EQ(waiting.receive().status, 503u);
    gate_->thaw();
    wait_for_recovery();
}

TEST_F(EdgeRedisTrouble, RepliesByteByByteCountLikeOthers) {
    start_behind_gate();
    EXPECT_EQ(post("before").status, 200u);
    gate_->trickle(1, Duration(1));
    std::vector<HttpClient> clients;
    for (int i = 0; i < 5; ++i) clients.push_back(send("slow"));
    for (auto& client : clients) EXPECT_EQ(client.receive().status, 200u);
    EXPECT_EQ(stored(), 6u);
}

TEST_F(EdgeRedisTrouble, GarbageMeans503AndANewConnection) {
    start_behind_gate();
    for (const std::string& garbage :
         {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string(1 << 20, 'x'),
          "$100000000\r\n" + std::string(1 << 20, 'x'), std::string(100, '\0')}) {
        wait_for_recovery();
        gate_->answer_with(garbage);
        EXPECT_EQ(post("{}").status, 503u) << garbage.substr(0, 20);
        gate_->answer_with("");
    }
    wait_for_recovery();
}

TEST_F(EdgeRedisTrouble, OnlyTheIdOfAnEntryMeans200) {
    start_behind_gate();
    for (const std::string answer :
         {"+OK\r\n", ":1\r\n", "$-1\r\n", "*0\r\n", "-OOM command not allowed\r\n"}) {
        wait_for_recovery();
        gate_->answer_with(answer);
        EXPECT_EQ(post("{}").status, 503u) << answer;
        EXPECT_EQ(last_access(), "503 redis_error - 0");
        gate_->answer_with("");
    }
}

TEST_F(EdgeRedisTrouble, AReplyTooManyMeansANewConnection) {
    start_behind_gate();
    wait_for_recovery();
    gate_->answer_with("$3\r\n1-1\r\n$3\r\n1-2\r\n");
    EXPECT_EQ(post("{}").status, 200u);
    gate_->answer_with("");
    wait_for_log("nobody asked for");
    wait_for_recovery();
}

TEST_F(EdgeRedisTrouble, WhoComesAboveMaxInflightGets503AtOnce) {
    start("calendly_redis_max_inflight 2; calendly_redis_timeout 1m;");
    EXPECT_EQ(post("before").status, 200u);
    freeze_redis();
    auto first = send("first"), second = send("second");
    wait_for_requests(2);
    EXPECT_EQ(post("third").status, 503u);
    EXPECT_EQ(last_access(), "503 overload - 0");
    redis_->thaw();
    EXPECT_EQ(first.receive().status, 200u);
    EXPECT_EQ(second.receive().status, 200u);
    EXPECT_EQ(post("later").status, 200u);
    EXPECT_EQ(stored(), 4u);
}

TEST_F(EdgeRedisTrouble, WhatAClientLeftBehindIsStored) {
    start("calendly_redis_timeout 1m;");
    EXPECT_EQ(post("before").status, 200u);
    freeze_redis();
    send_and_leave("its client left");
    auto patient = send("its client stays");
    wait_for_requests(1);
    redis_->thaw();
    EXPECT_EQ(patient.receive().status, 200u);
    const auto entries = redis_->client().webhooks();
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[1].body, "its client left");
}

TEST_F(EdgeRedisTrouble, ABodyHalfSentIsStoredWholeThoughItsClientLeft) {
    start("calendly_redis_timeout 1m; client_max_body_size 8m; client_body_buffer_size 8m;");
    EXPECT_EQ(post("before").status, 200u);
    const std::string large(6'000'000, 'x');  // more than a socket's buffer holds
    freeze_redis();
    send_and_leave(large);
    redis_->thaw();
    EXPECT_EQ(post("after").status, 200u);
    const auto entries = redis_->client().webhooks();
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_TRUE(entries[1].body == large);
}

TEST_F(EdgeRedisTrouble, LogsInWithThePasswordAndTakesTheDatabase) {
    start_redis({.arguments = {"--requirepass", "hush-hush"}});
    const auto password_file = folder_.secret("redis.password", "hush-hush\n");
    start_nginx({.location = location(redis_->url() + "?db=3",
                                      "calendly_redis_password_file " + password_file + ";")});
    EXPECT_EQ(post("{}").status, 200u);
    auto client = redis_->client();
    client.text({"AUTH", "hush-hush"});
    EXPECT_EQ(client.webhooks().size(), 0u);
    client.text({"SELECT", "3"});
    EXPECT_EQ(client.webhooks().size(), 1u);
}

TEST_F(EdgeRedisTrouble, TheRightToXaddIsEnough) {
    start_redis({.tcp = true});
    redis_->client().text({"ACL", "SETUSER", "edge", "on", ">hush-hush", "~calendly:*", "+xadd"});
    const auto password_file = folder_.secret("redis.password", "hush-hush\n");
    start_nginx({.location = location("redis://edge@127.0.0.1:" + std::to_string(redis_->port()),
                                      "calendly_redis_password_file " + password_file + ";")});
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(stored(), 1u);
}

TEST_F(EdgeRedisTrouble, AWrongPasswordIsToldInTheLogButNotThePassword) {
    start_redis({.arguments = {"--requirepass", "hush-hush"}});
    start_nginx(
        {.location = location(redis_->url(), "calendly_redis_password_file " +
                                                 folder_.secret("redis.password", "not-the-one") + ";")});
    EXPECT_EQ(post("{}").status, 503u);
    const auto log = nginx_->error_log();
    EXPECT_THAT(log, HasSubstr("AUTH: WRONGPASS"));
    EXPECT_THAT(log, testing::Not(HasSubstr("not-the-one")));
}

}  // namespace edge_redis_trouble_test
}  // namespace e2e
