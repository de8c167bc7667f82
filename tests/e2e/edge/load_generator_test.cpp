// The tools of the accounting tests and of the benchmark: what they report must be true.
#include <atomic>
#include <set>
#include <thread>

#include "e2e/edge/fixture.hpp"
#include "e2e/harness/answer_head.hpp"
#include "e2e/harness/free_port.hpp"
#include "e2e/harness/load_generator.hpp"
#include "e2e/harness/tcp_gate.hpp"

namespace load_generator_test {

using namespace std::chrono_literals;
using harness::LatencyHistogram;
using harness::LoadGenerator;
using harness::SignedDeliveries;
using harness::whole_answer;
using testing::Ge;
using testing::Le;

TEST(WholeAnswer, EndsWithItsContentLength) {
    const std::string answer = "HTTP/1.1 503 Unavailable\r\nContent-Length: 3\r\n\r\nno\n";
    for (std::size_t size = 0; size < answer.size(); ++size)
        EXPECT_FALSE(whole_answer(answer.substr(0, size))) << size;
    EXPECT_EQ(whole_answer(answer)->status, 503u);
    EXPECT_FALSE(whole_answer(answer)->closes);
    EXPECT_THROW(whole_answer(answer + "x"), std::runtime_error);
}

TEST(WholeAnswer, EndsWithItsLastChunk) {
    const std::string answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nOK\n\r\n0\r\n\r\n";
    for (std::size_t size = 0; size < answer.size(); ++size)
        EXPECT_FALSE(whole_answer(answer.substr(0, size))) << size;
    EXPECT_EQ(whole_answer(answer)->status, 200u);
    EXPECT_TRUE(whole_answer(answer)->closes);
}

TEST(WholeAnswer, IsNothingElse) {
    EXPECT_THROW(whole_answer("+OK\r\n\r\n"), std::runtime_error);
    EXPECT_THROW(whole_answer("HTTP/1.1 200 OK\r\n\r\n"), std::runtime_error);
}

TEST(LatencyHistogram, GivesQuantilesWithinThreePercent) {
    LatencyHistogram latency;
    EXPECT_EQ(latency.quantile(0.5), 0ns);
    for (int i = 1; i <= 1000; ++i) latency.record(std::chrono::microseconds(i));
    EXPECT_NEAR(static_cast<double>(latency.quantile(0.5).count()), 500e3, 15e3);
    EXPECT_NEAR(static_cast<double>(latency.quantile(0.99).count()), 990e3, 30e3);
    EXPECT_NEAR(static_cast<double>(latency.quantile(1).count()), 1e6, 30e3);
    latency += latency;
    EXPECT_EQ(latency.count(), 2000u);
}

class EdgeLoadGenerator : public e2e::EdgeTest {
protected:
    SignedDeliveries deliveries(std::uint64_t first_id, std::size_t count) const {
        return {first_id, count, {.key = std::string(e2e::first_key)}};
    }

    std::multiset<std::uint64_t> stored_ids() const {
        std::multiset<std::uint64_t> ids;
        for (const auto& entry : redis_->client().webhooks()) {
            EXPECT_THAT(entry.body.size(), testing::AllOf(Ge(2048u), Le(4096u)));
            ids.insert(SignedDeliveries::id_of(entry.body).value());
        }
        return ids;
    }
};

TEST_F(EdgeLoadGenerator, SendsEachDeliveryOnceAndNamesItsId) {
    start();
    std::multiset<std::uint64_t> accepted;
    LoadGenerator generator(nginx_->port(), 16);
    for (const std::uint64_t first : {0, 500}) {
        const auto result =
            generator.run(deliveries(first, 500), {.on_answer = [&](auto id, unsigned status) {
                              EXPECT_EQ(status, 200u);
                              accepted.insert(id);
                          }});
        EXPECT_EQ(result.count(200), 500u);
        EXPECT_EQ(result.latency.count(), 500u);
        EXPECT_GT(result.rate(), 0);
    }
    EXPECT_EQ(accepted.size(), 1000u);
    EXPECT_EQ(stored_ids(), accepted);
}

TEST_F(EdgeLoadGenerator, RepeatsTheDeliveriesWhenToldTo) {
    start();
    LoadGenerator generator(nginx_->port(), 4);
    EXPECT_EQ(generator.run(deliveries(7, 10), {.requests = 25}).count(200), 25u);
    EXPECT_EQ(stored_ids().count(7), 3u);
    EXPECT_EQ(stored_ids().count(16), 2u);
}

TEST_F(EdgeLoadGenerator, OutlivesCutConnectionsAndCountsWhatItLost) {
    const std::string socket = folder_ / "nginx.sock";
    start_redis();
    start_nginx({.location = location(redis_->url()), .server = "listen unix:" + socket + ";"});
    harness::TcpGate gate(socket);
    std::multiset<std::uint64_t> accepted;
    std::atomic<std::size_t> answers = 0;
    std::stop_source stop;
    harness::LoadResult result;
    std::jthread client([&] {
        const auto on_answer = [&](std::uint64_t id, unsigned status) {
            if (status == 200) accepted.insert(id), ++answers;
        };
        LoadGenerator generator(gate.port(), 16);
        result = generator.run(deliveries(0, 1000),
                               {.requests = 1'000'000'000, .stop = stop.get_token(), .on_answer = on_answer});
    });
    const auto wait_for_more = [&] {
        const std::size_t before = answers;
        harness::wait_until([&] { return answers > before + 100; }, "more should be accepted");
    };
    wait_for_more();
    freeze_redis();  // so that each connection has a request in flight
    wait_for_requests(16);
    gate.cut();
    redis_->thaw();
    wait_for_more();
    stop.request_stop();
    client.join();
    EXPECT_EQ(result.count(0), 16u);
    EXPECT_EQ(result.count(200), accepted.size());
    const auto stored = stored_ids();
    EXPECT_EQ(stored.size(), accepted.size() + 16);
    EXPECT_TRUE(std::ranges::includes(stored, accepted));
}

TEST_F(EdgeLoadGenerator, GivesUpWhenNobodyAnswersAtAll) {
    LoadGenerator generator(harness::free_port(), 2);
    EXPECT_THROW(generator.run(deliveries(0, 1), {.patience = 100ms}), std::runtime_error);
}

}  // namespace load_generator_test
