// calendly_redis_timeout is the longest that a webhook waits, whatever Redis answers meanwhile.
#include <thread>

#include "e2e/edge/redis_fixture.hpp"

namespace e2e {
namespace deadline_test {

using harness::HttpClient;

class EdgeDeadline : public EdgeRedisTest {
protected:
    // Redis answers everything but what writes. An acknowledgement was slow before, so a batch waits for the
    // one before it.
    void start_with_a_slow_redis_that_then_stops_writing(const std::string& timeout) {
        start("calendly_redis_timeout " + timeout + ";");
        freeze_redis();
        auto slow = send("slow");
        std::this_thread::sleep_for(Duration(20));
        redis_->thaw();
        EXPECT_EQ(slow.receive().status, 200u);
        redis_->client().text({"CLIENT", "PAUSE", "15000", "WRITE"});
    }

    std::vector<HttpClient> send_waiting(std::size_t count) {
        std::vector<HttpClient> clients;
        for (std::size_t i = 0; i < count; ++i) {
            clients.push_back(send("waiting " + std::to_string(i)));
            wait_for_requests(i + 1);
        }
        return clients;
    }

    static void expect_503_within(Duration limit, std::vector<HttpClient>& clients) {
        const auto begin = steady_clock::now();
        for (auto& client : clients) EXPECT_EQ(client.receive().status, 503u);
        EXPECT_LT(since(begin), limit);
    }
};

TEST_F(EdgeDeadline, HoldsForAllThatWaitOnARedisThatAnswersEverythingButWrites) {
    start_with_a_slow_redis_that_then_stops_writing("1s");
    auto clients = send_waiting(3);
    expect_503_within(Duration(2500), clients);
    redis_->client().text({"CLIENT", "UNPAUSE"});
    wait_for_recovery();
}

TEST_F(EdgeDeadline, HoldsForThoseThatCameWhileOthersWaited) {
    start_with_a_slow_redis_that_then_stops_writing("1s");
    auto early = send_waiting(2);
    std::this_thread::sleep_for(Duration(500));
    std::vector<HttpClient> late;
    for (int i = 0; i < 3; ++i) late.push_back(send("late"));
    expect_503_within(Duration(2000), early);
    expect_503_within(Duration(2000), late);
    redis_->client().text({"CLIENT", "UNPAUSE"});
}

TEST_F(EdgeDeadline, OutlivesQuitSoThatEachThatWaitsIsAnswered) {
    start_with_a_slow_redis_that_then_stops_writing("1s");
    auto clients = send_waiting(3);
    nginx_->signal(SIGQUIT);
    expect_503_within(Duration(2500), clients);
    clients.clear();
    EXPECT_EQ(nginx_->quit(), 0);
}

}  // namespace deadline_test
}  // namespace e2e
