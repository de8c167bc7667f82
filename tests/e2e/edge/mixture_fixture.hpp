// Requests of every outcome, by the hundred thousand: what a worker holds stays the same.
#pragma once

#include "e2e/edge/load_fixture.hpp"

namespace e2e {

class EdgeMixture : public EdgeLoadTest {
protected:
    // Sends so many requests at least, in rounds.
    void survive(std::uint64_t requests) {
        start_mixed();
        const pid_t worker = only_worker();
        const auto idle = idle_descriptors({worker});
        const auto most = memory_of_the_largest_crowd(worker);
        std::uint64_t sent = 0, accepted = 0;
        while (sent < requests) {
            harness::LoadGenerator generator(nginx_->port(), connections);
            for (const auto& part : parts_) {
                const auto result = generator.run(part.deliveries, {.requests = part.requests});
                EXPECT_EQ(result.count(part.status), part.requests) << part.status;
                sent += part.requests;
                if (part.status == 200) accepted += part.requests;
            }
            expect_stored(std::exchange(accepted, 0));
            expect_memory_at_most(worker, most + megabyte);
            if (HasFailure()) break;
        }
        expect_descriptors({worker}, idle);
        EXPECT_EQ(only_worker(), worker);
        state("requests", sent);
        state("worker, kilobytes with the largest crowd", most / kilobyte);
        state("worker, kilobytes at the end", harness::anonymous_memory(worker) / kilobyte);
    }

private:
    static constexpr std::size_t connections = 64;
    static constexpr std::size_t largest_body = 100'000;

    struct Part {
        harness::SignedDeliveries deliveries;
        std::uint64_t requests;  // in a round
        unsigned status;         // of each
    };

    // What the worker may ever need: every connection's delivery is of the largest size and waits for Redis.
    // Chance may bring such a crowd in any round, and free() need not give its memory back to the system.
    std::size_t memory_of_the_largest_crowd(pid_t worker) {
        redis_->freeze();
        harness::Ledger ledger;
        harness::BackgroundLoad crowd(nginx_->port(), shape(largest_body, largest_body), ledger,
                                      {.connections = connections, .requests = connections});
        wait_for_requests(connections);
        const auto memory = harness::anonymous_memory(worker);
        redis_->thaw();
        crowd.wait();
        EXPECT_EQ(ledger.answers(200), connections);
        expect_stored(connections);
        return memory;
    }

    void start_mixed() {
        start_redis();
        redis_->client().text({"SET", shared::webhooks_key("broken"), "not a stream"});
        const std::string patient = patient_with_redis;  // both: so they share one connection
        start_nginx({.location = location(redis_->url(), patient + "client_max_body_size 128k; access_log off;"),
                     .server = "location = /broken { calendly_webhook broken; calendly_redis " +
                               redis_->url() + "; " + patient + " calendly_signing_key_file " + key_file_ + "; }"});
        auto broken = shape(), single = shape(), forged = shape();
        broken.target = "/broken";
        single.keep_alive = false;
        forged.key = "a-key-that-nobody-configured";
        add(2000, shape(), 12'000, 200);
        add(500, shape(10'000, 20'000), 1'500, 200);      // in several buffers
        add(100, shape(20'000, largest_body), 200, 200);  // in temp files
        add(500, single, 1'000, 200);
        add(1000, forged, 3'000, 401);
        add(1000, broken, 2'000, 503);
        add(50, shape(140'000, 200'000), 100, 413);
    }

    void add(std::size_t different, const harness::DeliveryShape& shape, std::uint64_t requests,
             unsigned status) {
        parts_.push_back({harness::SignedDeliveries(0, different, shape), requests, status});
    }

    void expect_stored(std::uint64_t count) const {
        auto client = redis_->client();
        EXPECT_EQ(client.integer({"XLEN", shared::webhooks_key("calendly")}),
                  static_cast<std::int64_t>(count));
        client.integer({"DEL", shared::webhooks_key("calendly")});
    }

    std::vector<Part> parts_;
};

}  // namespace e2e
