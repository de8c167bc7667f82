// An edge under load, and what its processes hold.
#pragma once

#include <functional>
#include <set>

#include "e2e/edge/fixture.hpp"
#include "e2e/harness/background_load.hpp"
#include "e2e/harness/process_facts.hpp"

namespace e2e {

inline constexpr std::size_t kilobyte = 1024, megabyte = 1024 * kilobyte;

using Descriptors = std::multiset<std::string>;

class EdgeLoadTest : public EdgeTest {
protected:
    static harness::DeliveryShape shape(std::size_t smallest = 1000, std::size_t largest = 3000) {
        return {.key = std::string(first_key), .smallest = smallest, .largest = largest};
    }

    pid_t only_worker() const { return nginx_->wait_for_workers(1).front(); }

    // What the workers hold when nobody is connected, Redis is, and they know each other.
    Descriptors idle_descriptors(const std::vector<pid_t>& workers) {
        EXPECT_EQ(post("before").status, 200u);
        auto client = redis_->client();
        client.integer({"DEL", shared::webhooks_key("calendly")});
        const auto alike = [](pid_t one, pid_t other) {
            return harness::open_descriptors(one) == harness::open_descriptors(other);
        };
        harness::wait_until(
            [&] {
                const auto clients = count_in(client.text({"CLIENT", "LIST", "TYPE", "normal"}), "\n");
                return clients == workers.size() + 1 && harness::connections_of(nginx_->port()).count == 0 &&
                       std::ranges::adjacent_find(workers, std::not_fn(alike)) == workers.end();
            },
            "the workers should be idle");
        return descriptors(workers);
    }

    static Descriptors descriptors(const std::vector<pid_t>& processes) {
        Descriptors all;
        for (const pid_t process : processes) all.merge(harness::open_descriptors(process));
        return all;
    }

    // At last: nginx may still have to notice that clients are gone.
    static void expect_descriptors(const std::vector<pid_t>& processes, const Descriptors& expected) {
        try {
            harness::wait_until([&] { return descriptors(processes) == expected; }, "descriptors");
        } catch (const std::runtime_error&) {
            EXPECT_EQ(descriptors(processes), expected);
        }
    }

    static void expect_memory_at_most(pid_t process, std::size_t bytes) {
        if (!harness::is_sanitized(process)) {
            EXPECT_LE(harness::anonymous_memory(process), bytes);
        }
    }

    void take_stored(harness::Ledger& ledger, std::string_view connector = "calendly") const {
        auto client = redis_->client();
        harness::take_stored(client, ledger, connector);
    }

    static void wait_for_more(const harness::Ledger& ledger, std::uint64_t count) {
        const auto enough = ledger.answers(200) + count;
        harness::wait_until([&] { return ledger.answers(200) >= enough; }, "more should be accepted",
                            std::chrono::minutes(1));
    }

    // A figure for the reader: in the output and, with --gtest_output, in the report.
    static void state(const std::string& what, std::uint64_t value) {
        std::cout << "    " << what << ": " << value << "\n";
        RecordProperty(what, std::to_string(value));
    }
};

}  // namespace e2e
