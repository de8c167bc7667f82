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
        std::uint64_t sent = 0, accepted = 0;
        std::size_t memory = 0;
        while (sent < requests) {
            harness::LoadGenerator generator(nginx_->port(), 64);
            for (const auto& part : parts_) {
                const auto result = generator.run(part.deliveries, {.requests = part.requests});
                EXPECT_EQ(result.count(part.status), part.requests) << part.status;
                sent += part.requests;
                if (part.status == 200) accepted += part.requests;
            }
            expect_stored(std::exchange(accepted, 0));
            if (memory == 0) memory = harness::anonymous_memory(worker);
            expect_memory_at_most(worker, memory + growth);
            if (HasFailure()) break;
        }
        expect_descriptors({worker}, idle);
        EXPECT_EQ(only_worker(), worker);
        state("requests", sent);
        state("worker, kilobytes after the first round", memory / kilobyte);
        state("worker, kilobytes at the end", harness::anonymous_memory(worker) / kilobyte);
    }

private:
    // The moment when the most large bodies wait at once may come late; a leak of one byte a request would be
    // ten million.
    static constexpr std::size_t growth = 4096 * kilobyte;

    struct Part {
        harness::SignedDeliveries deliveries;
        std::uint64_t requests;  // in a round
        unsigned status;         // of each
    };

    void start_mixed() {
        start_redis();
        redis_->client().text({"SET", shared::webhooks_key("broken"), "not a stream"});
        start_nginx({.location = location(redis_->url(), "client_max_body_size 128k; access_log off;"),
                     .server = "location = /broken { calendly_webhook broken; calendly_redis " +
                               redis_->url() + "; calendly_signing_key_file " + key_file_ + "; }"});
        auto broken = shape(), single = shape(), forged = shape();
        broken.target = "/broken";
        single.keep_alive = false;
        forged.key = "a-key-that-nobody-configured";
        add(2000, shape(), 12'000, 200);
        add(500, shape(10'000, 20'000), 1'500, 200);  // in several buffers
        add(100, shape(20'000, 100'000), 200, 200);   // in temp files
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
