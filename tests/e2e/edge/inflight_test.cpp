// Hundreds and thousands of deliveries that wait for Redis at once.
#include <random>

#include "e2e/edge/load_fixture.hpp"
#include "e2e/harness/tcp_gate.hpp"

namespace e2e {
namespace inflight_test {

using harness::BackgroundLoad;
using harness::Ledger;

class EdgeInFlight : public EdgeLoadTest {
protected:
    // So many deliveries, each on a connection of its own.
    BackgroundLoad send_at_once(std::size_t count) {
        const auto first_id = std::exchange(next_id_, next_id_ + count);
        return {nginx_->port(),
                shape(),
                ledger_,
                {.connections = count, .first_id = first_id, .requests = count}};
    }

    void expect_all_accepted_are_stored() {
        take_stored(ledger_);
        EXPECT_THAT(ledger_.lost(), testing::IsEmpty());
        EXPECT_THAT(ledger_.stored_repeatedly(), testing::IsEmpty());
    }

    Ledger ledger_;
    std::uint64_t next_id_ = 0;
};

class EdgeOverload : public EdgeInFlight {
protected:
    static constexpr std::size_t inflight = 8192, surplus = 100;

    // Redis stands still until all have been sent.
    void overload_and_thaw() {
        const auto accepted = ledger_.answers(200), refused = ledger_.answers(503);
        freeze_redis();
        auto load = send_at_once(inflight + surplus);
        wait_for_requests(inflight);
        harness::wait_until([&] { return ledger_.answers(503) == refused + surplus; }, "503 at once");
        EXPECT_EQ(ledger_.answers(200), accepted);
        waiting_memory_ = harness::anonymous_memory(worker_);
        redis_->thaw();
        load.wait();
        EXPECT_EQ(ledger_.answers(200), accepted + inflight);
        EXPECT_EQ(ledger_.answers(503), refused + surplus);
        expect_all_accepted_are_stored();
    }

    pid_t worker_ = 0;
    std::size_t waiting_memory_ = 0;
};

TEST_F(EdgeOverload, ExactlyTheSurplusIsRefusedAndTheRestIsStored) {
    harness::allow_descriptors(inflight + surplus + 500);
    start(patient_with_redis);
    worker_ = only_worker();
    const auto idle = idle_descriptors({worker_});
    const auto memory = harness::anonymous_memory(worker_);
    overload_and_thaw();
    expect_descriptors({worker_}, idle);
    const auto memory_after = harness::anonymous_memory(worker_);
    // free() need not give back to the system what one crowd needed; the next one must do with it.
    const auto enough = waiting_memory_ + megabyte;
    overload_and_thaw();
    expect_descriptors({worker_}, idle);
    expect_memory_at_most(worker_, enough);
    EXPECT_EQ(ledger_.stored(), 2 * inflight);
    EXPECT_EQ(count_in(nginx_->access_log(), "503 overload "), 2 * surplus);
    state("worker, kilobytes at first", memory / kilobyte);
    state("worker, kilobytes with 8,192 in flight", waiting_memory_ / kilobyte);
    state("worker, kilobytes afterwards", memory_after / kilobyte);
    state("worker, kilobytes after the second time", harness::anonymous_memory(worker_) / kilobyte);
}

TEST_F(EdgeInFlight, AFreshWorkersFirstDeliveriesWaitForItsConnection) {
    start();
    auto single = shape();
    single.keep_alive = false;
    BackgroundLoad kept(nginx_->port(), shape(), ledger_, {.connections = 16});
    BackgroundLoad fresh(nginx_->port(), single, ledger_, {.connections = 16, .first_id = 1'000'000});
    for (int kill = 0; kill < 20; ++kill) {
        wait_for_more(ledger_, 100);
        const pid_t worker = only_worker();
        nginx_->kill_worker(worker);
        nginx_->wait_for_workers(1, {worker});
    }
    wait_for_more(ledger_, 100);
    kept.stop();
    fresh.stop();
    EXPECT_EQ(ledger_.answers_but(200), ledger_.answers(0)) << "no 503, for Redis was up all the time";
    expect_all_accepted_are_stored();
}

TEST_F(EdgeInFlight, QuitAnswersHundreds) {
    start(patient_with_redis);
    freeze_redis();
    auto load = send_at_once(500);
    wait_for_requests(500);
    nginx_->signal(SIGQUIT);
    wait_for_log("gracefully shutting down");
    redis_->thaw();
    load.wait();
    EXPECT_EQ(nginx_->quit(), 0);
    EXPECT_EQ(ledger_.answers(200), 500u);
    expect_all_accepted_are_stored();
}

TEST_F(EdgeInFlight, ReloadAnswersHundreds) {
    start(patient_with_redis);
    const pid_t old_worker = only_worker();
    freeze_redis();
    auto load = send_at_once(500);
    wait_for_requests(500);
    nginx_->reload(location(redis_->url(), patient_with_redis));
    wait_for_log("gracefully shutting down");
    redis_->thaw();
    load.wait();
    nginx_->wait_for_workers(1, {old_worker});
    EXPECT_EQ(ledger_.answers(200), 500u);
    expect_all_accepted_are_stored();
}

TEST_F(EdgeInFlight, ShutdownTimeoutWithHundreds) {
    start_redis();
    start_nginx(
        {.location = location(redis_->url(), patient_with_redis), .main = "worker_shutdown_timeout 300ms;"});
    EXPECT_EQ(post("before").status, 200u);
    redis_->client().integer({"DEL", shared::webhooks_key("calendly")});
    freeze_redis();
    auto load = send_at_once(500);
    wait_for_requests(500);
    EXPECT_EQ(nginx_->quit(), 0);
    load.wait();
    EXPECT_EQ(ledger_.answers(), 500u);
    EXPECT_EQ(ledger_.answers(200), 0u);
    redis_->thaw();
    expect_all_accepted_are_stored();
}

TEST_F(EdgeInFlight, ReloadsWhileRedisIsSilentWithHundreds) {
    start(patient_with_redis);
    freeze_redis();
    std::vector<std::unique_ptr<BackgroundLoad>> loads;
    for (std::size_t generation = 1; generation <= 4; ++generation) {
        loads.push_back(std::make_unique<BackgroundLoad>(
            nginx_->port(), shape(), ledger_,
            harness::BackgroundLoadOptions{
                .connections = 100, .first_id = 100 * generation, .requests = 100}));
        wait_for_requests(100 * generation);
        nginx_->reload(location(redis_->url(), patient_with_redis));
        nginx_->wait_for_workers(generation + 1);
    }
    redis_->thaw();
    for (auto& load : loads) load->wait();
    EXPECT_EQ(ledger_.answers(200), 400u);
    nginx_->wait_for_workers(1);
    expect_all_accepted_are_stored();
}

class EdgeLeavingClients : public EdgeInFlight {
protected:
    static constexpr std::size_t slots = 150;

    // Its request cut off before byte `end`.
    harness::HttpClient begin_delivery(std::string_view request, std::size_t end) const {
        harness::HttpClient client(nginx_->port());
        client.send_bytes(request.substr(0, end));
        return client;
    }

    // As nginx sees it: the kernel forgets a connection that was reset before nginx does.
    void wait_for_connections(std::size_t count) const {
        harness::wait_until([&] { return nginx_->status().connections == count; },
                            "there should be " + std::to_string(count) + " connections");
    }

    std::mt19937 random_{7};
};

TEST_F(EdgeLeavingClients, LeaveNothingBehindButTheirEntries) {
    harness::allow_descriptors(8 * slots);
    start(std::string(patient_with_redis) + "calendly_redis_max_inflight 150;");
    const pid_t worker = only_worker();
    const auto idle = idle_descriptors({worker});
    for (std::uint64_t round = 0; round < 3; ++round) {
        const harness::SignedDeliveries deliveries(1000 * round, 2 * slots, shape(1000, 40'000));
        freeze_redis();
        std::vector<harness::HttpClient> clients;
        for (std::size_t i = 0; i < 2 * slots; ++i) {
            const auto request = deliveries.request(i);
            clients.push_back(begin_delivery(request, i % 2 ? request.size() : random_() % request.size()));
        }
        wait_for_connections(2 * slots);
        harness::wait_until([&] { return harness::connections_of(nginx_->port()).unread_bytes == 0; },
                            "nginx should read what was sent");
        for (auto& client : clients) random_() % 2 ? client.close() : client.reset();
        wait_for_connections(0);
        redis_->thaw();
        harness::wait_until(
            [&] {
                return redis_->client().integer({"XLEN", shared::webhooks_key("calendly")}) >=
                       static_cast<std::int64_t>(slots);
            },
            "those that were sent whole should be stored");
        take_stored(ledger_);
        EXPECT_EQ(ledger_.stored(), (round + 1) * slots);
    }
    EXPECT_THAT(ledger_.stored_repeatedly(), testing::IsEmpty());
    expect_descriptors({worker}, idle);

    freeze_redis();
    next_id_ = 10'000;
    auto load = send_at_once(slots + 10);
    wait_for_requests(slots);
    harness::wait_until([&] { return ledger_.answers(503) == 10; }, "every slot should be free again");
    redis_->thaw();
    load.wait();
    EXPECT_EQ(ledger_.answers(200), slots);
    expect_all_accepted_are_stored();
    EXPECT_EQ(only_worker(), worker);
}

}  // namespace inflight_test
}  // namespace e2e
