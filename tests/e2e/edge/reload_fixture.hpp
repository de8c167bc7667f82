// Reload after reload while deliveries pour in.
#pragma once

#include "e2e/edge/load_fixture.hpp"

namespace e2e {

class EdgeReloadUnderLoad : public EdgeLoadTest {
protected:
    void survive(int reloads) {
        start_both();
        auto workers = nginx_->wait_for_workers(worker_count);
        const auto worker_descriptors = idle_descriptors(workers);
        const auto master_descriptors = harness::open_descriptors(nginx_->master());
        std::size_t memory = 0;
        {
            harness::BackgroundLoad keep_alive(nginx_->port(), shape(), kept_, {.connections = 16});
            harness::BackgroundLoad one_shot(nginx_->port(), one_shot_shape(), single_, {.connections = 8});
            for (int i = 1; i <= reloads; ++i) {
                nginx_->reload(variant(i));
                workers = nginx_->wait_for_workers(worker_count, workers);
                wait_for_more(kept_, 20);
                wait_for_more(single_, 20);
                if (i % 50 == 0) take_all();
                if (i == std::min(reloads / 4, 20)) memory = harness::anonymous_memory(nginx_->master());
            }
            keep_alive.stop();
            one_shot.stop();
        }
        take_all();
        expect_nothing_lost();
        expect_descriptors(workers, worker_descriptors);
        expect_descriptors({nginx_->master()}, master_descriptors);
        expect_memory_at_most(nginx_->master(), memory + master_growth);
        state("master, kilobytes after warm-up", memory / kilobyte);
        state("master, kilobytes at the end", harness::anonymous_memory(nginx_->master()) / kilobyte);
    }

private:
    static constexpr unsigned worker_count = 2;
    // The heap of a master that makes and frees configurations gets a few hundred KB of holes in it.
    static constexpr std::size_t master_growth = 512 * kilobyte;

    void start_both() {
        start_redis({.tcp = true});
        start_nginx({.location = variant(0),
                     .server = "location = /one-shot { calendly_webhook one-shot; calendly_redis " +
                               redis_->url() + "; calendly_signing_key_file " + key_file_ + "; }",
                     .workers = worker_count});
    }

    harness::DeliveryShape one_shot_shape() const {
        auto result = shape();
        result.target = "/one-shot";
        result.keep_alive = false;
        return result;
    }

    std::string variant(int number) const {
        switch (number % 4) {
            case 0:
                return location(redis_->url());
            case 1:
                return location(redis_->url(), "calendly_redis_timeout 9s; client_body_buffer_size 1k;");
            case 2:
                return location("redis://127.0.0.1:" + std::to_string(redis_->port()) + "/0");
            default:
                return location(redis_->url(), "calendly_signing_key_file " + other_key_file_ +
                                                   "; calendly_signature_tolerance 1h 1m;");
        }
    }

    void take_all() {
        take_stored(kept_);
        take_stored(single_, "one-shot");
    }

    // A worker that leaves closes the idle connections, and a request may be on its way to one: HTTP cannot
    // tell the client in time. Such a request was never read, so it must not be stored either.
    void expect_nothing_lost() const {
        EXPECT_EQ(single_.answers_but(200), 0u) << "on connections of their own";
        EXPECT_EQ(kept_.answers_but(200), kept_.answers(0)) << "no answer but 200";
        for (const auto* ledger : {&kept_, &single_}) {
            EXPECT_THAT(ledger->lost(), testing::IsEmpty());
            EXPECT_THAT(ledger->stored_repeatedly(), testing::IsEmpty());
            EXPECT_THAT(ledger->stored_without_200(), testing::IsEmpty());
        }
        state("accepted on connections that are kept", kept_.answers(200));
        state("sent into a closing connection", kept_.answers(0));
        state("accepted on connections of their own", single_.answers(200));
    }

    std::string other_key_file_ = folder_.secret("other.key", "a-key-that-comes-and-goes");
    harness::Ledger kept_, single_;
};

}  // namespace e2e
