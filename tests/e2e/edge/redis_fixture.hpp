// Several Redis servers, gates before them, and what an edge must say about them.
#pragma once

#include <list>

#include "e2e/edge/fixture.hpp"
#include "e2e/harness/process_facts.hpp"
#include "e2e/harness/tcp_gate.hpp"

namespace e2e {

class EdgeRedisTest : public EdgeTest {
protected:
    // nginx leaves first: what a test tears down is no outage.
    void TearDown() override { nginx_.reset(); }

    harness::RedisServer& start_node(const std::string& name, harness::RedisOptions options = {}) {
        options.name = name;
        options.tcp = true;
        return nodes_.emplace_back(folder_, std::move(options));
    }

    // `urls` as in calendly_redis. Deliveries wait so long for the first connection that only an attempt that
    // came to nothing ends the wait, not a machine that is busy; unless `more` says how long.
    void start_edge(const std::string& urls, const std::string& more = "") {
        const std::string directive = "calendly_redis_connect_timeout ";
        const bool has_its_own = more.find(directive) != more.npos;
        start_nginx({.location = location(urls, has_its_own ? more : more + directive + "10s;")});
    }

    std::string tcp_url(std::uint16_t port) const { return "redis://127.0.0.1:" + std::to_string(port); }

    static std::size_t stored_in(const harness::RedisServer& node, unsigned database = 0) {
        auto client = node.client();
        client.text({"SELECT", std::to_string(database)});
        return client.webhooks().size();
    }

    void expect_unavailable(const std::string& result = "redis_unavailable") {
        EXPECT_EQ(post("{}").status, 503u);
        EXPECT_THAT(last_access(), testing::StartsWith("503 " + result + " "));
    }

    std::size_t complaints() const { return times_logged("calendly: Redis at"); }

    void expect_complaints_since(steady_clock::time_point begin, std::size_t at_least) {
        EXPECT_GE(complaints(), at_least);
        EXPECT_LE(complaints(), static_cast<std::size_t>(since(begin).count() / 1000 + 2)) << "one a second";
    }

    // Posts all the time for so long; gives the number of deliveries.
    std::size_t post_for(Duration duration, unsigned expected_status) {
        const auto begin = steady_clock::now();
        std::size_t count = 0;
        for (; since(begin) < duration; ++count) EXPECT_EQ(post("{}").status, expected_status);
        return count;
    }

    // The promise is a second; the rest is for a machine that has other things to do.
    void expect_recovery_within_a_second_of(steady_clock::time_point back) {
        wait_for_recovery();
        EXPECT_LT(since(back), Duration(1500));
    }

    // Of the only worker; sockets included.
    std::size_t open_files() const { return harness::open_descriptors(nginx_->workers().at(0)).size(); }

    // Connections that break do not add up.
    void expect_no_file_left_open_by_cuts_of(harness::TcpGate& gate) {
        wait_for_recovery();
        const auto before = open_files();
        for (int i = 0; i < 20; ++i) {
            gate.cut();
            wait_for_recovery();
        }
        harness::wait_until([&] { return open_files() <= before; }, "the worker should close its sockets");
    }

    std::list<harness::RedisServer> nodes_;
};

}  // namespace e2e
