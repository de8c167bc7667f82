// Accounting: whatever is killed or cut, what was answered 200 is in the stream.
#pragma once

#include <functional>
#include <random>

#include "e2e/edge/load_fixture.hpp"
#include "e2e/harness/tcp_gate.hpp"

namespace e2e {

class EdgeBlows : public EdgeLoadTest {
protected:
    enum class Way { directly, through_a_gate };  // from nginx to Redis

    // Deals so many blows in an order that is always the same, each while deliveries are accepted.
    void survive(int blows, Way way) {
        start_behind_gates(way);
        {
            harness::BackgroundLoad steady(nginx_->port(), shape(), ledger_, {.connections = 24});
            harness::BackgroundLoad cut(client_gate_->port(), shape(), ledger_,
                                        {.connections = 8, .first_id = first_id_of_cut});
            for (int i = 0; i < blows; ++i) {
                wait_for_more(ledger_, 30);
                deal(static_cast<Blow>(random_() % blow_kinds));
                take_stored(ledger_);
            }
            wait_for_more(ledger_, 30);
            steady.stop();
            cut.stop();
        }
        take_stored(ledger_);
        EXPECT_THAT(ledger_.lost(), testing::IsEmpty());
        EXPECT_THAT(ledger_.stored_repeatedly(), testing::IsEmpty()) << "the edge itself repeats nothing";
        EXPECT_EQ(ledger_.answers(), ledger_.answers(200) + ledger_.answers(503) + ledger_.answers(0));
        state_figures();
    }

private:
    static constexpr unsigned worker_count = 2;
    static constexpr std::uint64_t first_id_of_cut = 20'000'000;

    enum class Blow { redis, worker, redis_and_worker, redis_connections, client_connections };
    static constexpr unsigned blow_kinds = 5;

    void start_behind_gates(Way way) {
        start_redis({.keep = true});
        redis_gate_.emplace(redis_->socket_path());
        const std::string socket = folder_ / "nginx.sock";
        const auto url =
            way == Way::directly ? redis_->url() : "redis://127.0.0.1:" + std::to_string(redis_gate_->port());
        start_nginx(
            {.location = location(url), .server = "listen unix:" + socket + ";", .workers = worker_count});
        client_gate_.emplace(socket);
    }

    void deal(Blow blow) {
        switch (blow) {
            case Blow::redis:
                kill_redis([] {});
                break;
            case Blow::worker:
                kill_worker();
                break;
            case Blow::redis_and_worker:
                kill_redis([this] { kill_worker(); });
                break;
            case Blow::redis_connections:
                cut_redis_connections();
                break;
            case Blow::client_connections:
                client_gate_->cut();
                break;
        }
    }

    void kill_redis(const std::function<void()>& meanwhile) {
        redis_->kill();
        meanwhile();
        redis_->start();
        const auto up = std::chrono::steady_clock::now();
        wait_for_more(ledger_, 1);
        slowest_recovery_ = std::max(slowest_recovery_, std::chrono::steady_clock::now() - up);
    }

    void kill_worker() {
        const auto workers = nginx_->wait_for_workers(worker_count);
        const pid_t victim = workers[random_() % workers.size()];
        nginx_->kill_worker(victim);
        nginx_->wait_for_workers(worker_count, {victim});
    }

    void cut_redis_connections() {
        redis_gate_->cut();
        redis_->client().integer({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    }

    void state_figures() const {
        using std::chrono::milliseconds;
        EXPECT_LT(slowest_recovery_, milliseconds(1000));
        state("accepted", ledger_.answers(200));
        state("refused with 503", ledger_.answers(503));
        state("without an answer", ledger_.answers(0));
        state("stored without a 200", ledger_.stored_without_200().size());
        state(
            "slowest recovery, milliseconds",
            static_cast<std::uint64_t>(std::chrono::duration_cast<milliseconds>(slowest_recovery_).count()));
    }

    std::optional<harness::TcpGate> redis_gate_, client_gate_;
    harness::Ledger ledger_;
    std::mt19937 random_{2024};
    std::chrono::steady_clock::duration slowest_recovery_{0};
};

}  // namespace e2e
