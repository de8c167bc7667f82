// The whole path over a real Redis Cluster.
#pragma once

#include <charconv>
#include <memory>

#include "e2e/harness/redis_cluster.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {

class PathCluster : public PathTest {
protected:
    static constexpr harness::Duration patience{60'000};
    inline static const std::string key = shared::webhooks_key("calendly");

    void lay_cluster(harness::ClusterOptions options = {}) {
        cluster_.emplace(cluster_folder_, std::move(options));
        // What the log may say while a node is gone or a slot is on its way.
        for (const auto* error : {"Redis: ", "Redis at "}) allow_error(error);
    }

    // nginx and an agent that are told of these nodes.
    void start_with(std::vector<std::string> urls, harness::SystemOptions options = {}) {
        options.redis_urls = std::move(urls);
        start(std::move(options));
    }

    // Likewise of one node, as the users of conf/redis/calendly-brevo.acl.
    void start_with_users(std::size_t node) {
        const auto url = [&](const std::string& user) {
            return "redis://" + user + "@127.0.0.1:" + std::to_string(cluster_->node(node).port());
        };
        harness::SystemOptions options;
        options.nginx_server = "calendly_redis_password_file " +
                               cluster_folder_.secret("edge.password", "CHANGE-THIS-PASSWORD-TOO") + ";\n";
        options.common["redis"] = "{url: \"" + url("calendly-agent") + "\", password: CHANGE-THIS-PASSWORD}";
        start_with({url("calendly-edge")}, std::move(options));
    }

    void book(const std::string& name) {
        people_.push_back(name + "@example.org");
        sandbox().book({{"email", people_.back()}});
    }

    std::int64_t length_of(const std::string& stream) {
        const auto reply = cluster_->ask(stream, {"XLEN", stream});
        return reply->type == REDIS_REPLY_INTEGER ? reply->integer : -1;  // it is on its way
    }
    void wait_for_deliveries() {
        harness::wait_until([&] { return !sandbox().has_pending_deliveries(); }, "nginx should accept",
                            patience);
    }
    void settle_cluster() {
        wait_for_deliveries();
        harness::wait_until([&] { return length_of(key) == 0; }, "the agent should be done", patience);
    }

    void expect_all_synced() {
        for (const auto& email : people_) {
            EXPECT_EQ(attribute(email, "BOOKING_STATUS"), "booked") << email;
            EXPECT_EQ(sandbox().event_names(email), Names{"calendly_booked"}) << email;
        }
        EXPECT_EQ(length_of(shared::dead_key("calendly")), 0);
    }

    // How often the node was sent the command.
    std::uint64_t calls_of(const std::string& command, std::size_t node) {
        const auto info = cluster_->node(node).client().text({"INFO", "commandstats"});
        const auto found = info.find("cmdstat_" + command + ":calls=");
        std::uint64_t calls = 0;
        if (found == info.npos) return 0;
        const auto begin = info.find('=', found) + 1;
        std::from_chars(info.data() + begin, info.data() + info.size(), calls);
        return calls;
    }

    void TearDown() override {
        PathTest::TearDown();
        system_.reset();
        cluster_.reset();
    }

    harness::Folder cluster_folder_;
    std::optional<harness::RedisCluster> cluster_;
    std::vector<std::string> people_;
};

}  // namespace e2e
