// An edge before a real Redis Cluster.
#pragma once

#include "e2e/edge/load_fixture.hpp"
#include "e2e/harness/redis_cluster.hpp"

namespace e2e {

class EdgeCluster : public EdgeLoadTest {
protected:
    inline static const std::string key = shared::webhooks_key("calendly");

    void start_cluster(harness::ClusterOptions options = {}) {
        cluster_.emplace(folder_, std::move(options));
    }

    // nginx leaves first: what a test tears down is no outage.
    void TearDown() override {
        nginx_.reset();
        cluster_.reset();
    }

    // A connector whose stream the node has.
    std::string connector_of(std::size_t node) {
        for (int i = 0;; ++i) {
            auto name = "connector" + std::to_string(i);
            if (cluster_->master_of(shared::webhooks_key(name)) == node) return name;
        }
    }

    // What is in the stream, from the node that has it; then it is empty there.
    void drain() {
        auto client = cluster_->node(cluster_->master_of(key)).client();
        harness::take_stored(client, ledger_);
    }

    std::uint64_t calls_of(const std::string& command) {
        std::uint64_t calls = 0;
        for (std::size_t i = 0; i < cluster_->size(); ++i) {
            const auto info = cluster_->node(i).client().text({"INFO", "commandstats"});
            const auto line = "cmdstat_" + command + ":calls=";
            if (const auto found = info.find(line); found != info.npos)
                calls += std::stoull(info.substr(found + line.size()));
        }
        return calls;
    }

    void start_load() {
        start_nginx({.location = location(cluster_->url(cluster_->other_master(key)))});
        load_.emplace(nginx_->port(), shape(2000, 4000), ledger_);
        wait_for_more(ledger_, 200);
    }
    void expect_nothing_lost() {
        load_->stop();
        drain();
        EXPECT_THAT(ledger_.lost(), testing::IsEmpty());
        EXPECT_THAT(ledger_.stored_repeatedly(), testing::IsEmpty());
    }

    // Nobody notices: what a node has not got is sent to the one that has, and was stored nowhere before.
    void survive_moves(int times) {
        start_cluster();
        start_load();
        const auto home = cluster_->master_of(key), away = cluster_->other_master(key);
        for (int i = 0; i < times; ++i) {
            const auto to = i % 2 ? home : away;
            drain();
            cluster_->begin_move(key, to);
            wait_for_more(ledger_, 100);
            cluster_->move_keys(key, to);
            wait_for_more(ledger_, 100);
            cluster_->end_move(key, to);
            wait_for_more(ledger_, 100);
        }
        expect_nothing_lost();
        EXPECT_EQ(ledger_.answers_but(200), 0u);
        EXPECT_GT(calls_of("asking"), 0u);
        state("deliveries", ledger_.answers());
        state("transactions", calls_of("exec"));
    }

    // What it acknowledged is in its append-only file.
    void survive_kills(int times) {
        start_cluster();
        start_load();
        const auto master = cluster_->master_of(key);
        Duration worst{0};
        for (int i = 0; i < times; ++i) {
            drain();
            cluster_->kill(master);
            const auto refused = ledger_.answers_but(200);
            harness::wait_until([&] { return ledger_.answers_but(200) > refused; }, "503");
            cluster_->start(master);
            cluster_->wait_until_well();
            const auto well = steady_clock::now();
            wait_for_more(ledger_, 1);
            worst = std::max(worst, since(well));
            wait_for_more(ledger_, 200);
        }
        expect_nothing_lost();
        EXPECT_LT(worst, Duration(5000));
        state("deliveries", ledger_.answers());
        state("milliseconds until 200 again", static_cast<std::uint64_t>(worst.count()));
    }

    std::optional<harness::RedisCluster> cluster_;
    harness::Ledger ledger_;
    std::optional<harness::BackgroundLoad> load_;
};

}  // namespace e2e
