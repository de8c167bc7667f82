// What doctor says of a Redis Cluster.
#include "e2e/harness/redis_cluster.hpp"
#include "e2e/product/fixture.hpp"

namespace e2e {
namespace product_cluster_test {

using testing::HasSubstr;

class ProductCluster : public ProductTest {
protected:
    // The agent's user has all rights but those that are taken away.
    void lay_cluster(const std::string& taken) {
        cluster_.emplace(cluster_folder_, harness::ClusterOptions{});
        for (std::size_t i = 0; i < cluster_->size(); ++i)
            cluster_->node(i).client().text({"ACL", "SETUSER", "agent", "on", ">password", "~*", "+@all",
                                             taken.empty() ? "+ping" : taken});
        const auto url = "redis://agent@127.0.0.1:" + std::to_string(cluster_->node(other()).port());
        harness::SystemOptions options;
        options.common["redis"] = "{url: \"" + url + "\", password: password}";
        lay(std::move(options));
    }
    std::size_t other() { return cluster_->other_master(key_); }

    json::object finding(const std::string& id) {
        const auto all = json::parse(run({"doctor", "--json", "--only", id}).output);
        EXPECT_EQ(all.as_array().size(), 1u) << all;
        return all.at(0).as_object();
    }

    void TearDown() override {
        ProductTest::TearDown();
        cluster_.reset();
    }

    const std::string key_ = shared::webhooks_key("calendly");
    harness::Folder cluster_folder_;
    std::optional<harness::RedisCluster> cluster_;
};

TEST_F(ProductCluster, DoctorLooksAtTheNodeThatHasTheKeys) {
    lay_cluster("");
    const auto master = cluster_->master_of(key_);
    EXPECT_EQ(text_at(finding("redis.cluster"), "/status"), "ok");
    EXPECT_EQ(text_at(finding("redis.backlog"), "/status"), "ok");
    cluster_->kill(master);
    EXPECT_EQ(text_at(finding("redis.reachable"), "/status"), "ok") << "another node answers";
    const auto backlog = finding("redis.backlog");
    EXPECT_EQ(text_at(backlog, "/status"), "fail") << backlog;
    EXPECT_THAT(text_at(backlog, "/why"),
                HasSubstr(std::to_string(cluster_->node(master).port()) + ", a node of the cluster:"));
    EXPECT_THAT(text_at(backlog, "/fix"), HasSubstr("redis-cli --cluster check"));
}

TEST_F(ProductCluster, DoctorMissesTheRightToFollowASlotThatIsMoved) {
    lay_cluster("-asking");
    const auto found = finding("redis.cluster");
    EXPECT_EQ(text_at(found, "/status"), "warn") << found;
    EXPECT_THAT(text_at(found, "/fix"), HasSubstr("+asking"));
}

}  // namespace product_cluster_test
}  // namespace e2e
