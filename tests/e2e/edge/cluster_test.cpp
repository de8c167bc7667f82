// A Redis Cluster: each connector's webhooks go to the node that has its stream, however often that changes.
#include "e2e/edge/cluster_fixture.hpp"
#include "e2e/harness/fake_redis.hpp"
#include "e2e/harness/free_port.hpp"

namespace e2e {
namespace edge_cluster_test {

using harness::FakeRedis;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(EdgeCluster, NothingIsLostOrRefusedWhileASlotIsMovedUnderLoad) {
    survive_moves(2);
}

TEST_F(EdgeCluster, NothingIsLostWhenAMasterIsKilledAndReturns) {
    survive_kills(1);
}

// Three connectors on three nodes; nginx is told of one.
class EdgeClusterNodes : public EdgeCluster {
protected:
    EdgeClusterNodes() {
        start_cluster();
        harness::NginxOptions options;
        for (std::size_t i = 0; i < 3; ++i) {
            connectors_.push_back(connector_of(i));
            options.server += "location = /" + connectors_[i] + " { calendly_webhook " + connectors_[i] +
                              "; calendly_signing_key_file " + key_file_ + "; calendly_redis " +
                              cluster_->url(0) + "; }\n";
        }
        start_nginx(std::move(options));
    }

    unsigned post_to(std::size_t node) {
        auto request = delivery("{}");
        request.target = "/" + connectors_[node];
        return post(request).status;
    }
    std::int64_t stored_in(std::size_t node) {
        return cluster_->node(node).client().integer({"XLEN", shared::webhooks_key(connectors_[node])});
    }
    std::size_t connections_to(std::size_t node) {
        return count_in(cluster_->node(node).client().text({"CLIENT", "LIST"}), "name=calendly-edge ");
    }

    std::vector<std::string> connectors_;
};

TEST_F(EdgeClusterNodes, EachConnectorsStreamIsOnItsNodeOverOneConnection) {
    for (int i = 0; i < 3; ++i)
        for (std::size_t node = 0; node < 3; ++node) EXPECT_EQ(post_to(node), 200u);
    for (std::size_t node = 0; node < 3; ++node) {
        EXPECT_EQ(stored_in(node), 3);
        EXPECT_EQ(connections_to(node), 1u);
    }
}

TEST_F(EdgeClusterNodes, AConnectorDoesNotNoticeThatAnothersNodeIsDown) {
    for (std::size_t node = 0; node < 3; ++node) EXPECT_EQ(post_to(node), 200u);
    for (const std::size_t killed : {0, 1}) {
        cluster_->kill(killed);
        EXPECT_EQ(post_to(killed), 503u);
        EXPECT_EQ(post_to(2), 200u);
        EXPECT_EQ(post_to(1 - killed), 200u);
        cluster_->start(killed);
        cluster_->wait_until_well();
        harness::wait_until([&] { return post_to(killed) == 200; }, "the node should be found again");
    }
}

TEST_F(EdgeClusterNodes, AConnectionIsGivenUpWithItsNode) {
    EXPECT_EQ(post_to(1), 200u);
    cluster_->kill(1);
    EXPECT_EQ(post_to(1), 503u);
    harness::wait_until([&] { return has_logged("Connection refused"); }, "it should be tried");
    EXPECT_EQ(post_to(2), 200u);
    cluster_->start(1);
    cluster_->wait_until_well();
    EXPECT_EQ(connections_to(1), 0u) << "until a node names it again";
    EXPECT_EQ(post_to(1), 200u);
    EXPECT_EQ(connections_to(1), 1u);
}

// What a real cluster says rarely.
class EdgeClusterWords : public EdgeTest {
protected:
    void start_edge(const std::string& url) { start_nginx({.location = location(url)}); }
    static std::string moved(const std::string& host, std::uint16_t port) {
        return "-MOVED 3999 " + host + ":" + std::to_string(port) + "\r\n";
    }
    std::string localhost(const FakeRedis& node) {
        return "redis://localhost:" + std::to_string(node.port());
    }

    FakeRedis first_, second_;
};

TEST_F(EdgeClusterWords, ANodeWithoutAHostIsOnTheSameOne) {
    first_.answer("XADD", moved("", second_.port()));
    start_edge(first_.url());
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(second_.count("XADD"), 1u);
}

TEST_F(EdgeClusterWords, AConfiguredHostsNameIsKnown) {
    first_.answer("XADD", moved("localhost", second_.port()));
    start_edge(localhost(first_));
    EXPECT_EQ(post("{}").status, 200u);
    EXPECT_EQ(second_.count("XADD"), 1u);
}

TEST_F(EdgeClusterWords, AnotherNameIsNotAndSaidSo) {
    first_.answer("XADD", moved("node.invalid", second_.port()));
    start_edge(first_.url());
    EXPECT_EQ(post("{}").status, 503u);
    EXPECT_THAT(last_access(), StartsWith("503 redis_error "));
    EXPECT_TRUE(has_logged("a node of its cluster is called node.invalid: name it in calendly_redis"));
}

TEST_F(EdgeClusterWords, NodesThatSendInACircleAreRefused) {
    first_.answer("XADD", moved("127.0.0.1", second_.port()));
    second_.answer("XADD", moved("127.0.0.1", first_.port()));
    start_edge(first_.url());
    EXPECT_EQ(post("{}").status, 503u);
    EXPECT_THAT(last_access(), StartsWith("503 redis_error "));
    EXPECT_TRUE(has_logged("MOVED 3999"));
    EXPECT_LE(first_.count("XADD") + second_.count("XADD"), 10u);
}

TEST_F(EdgeClusterWords, ANodeThatIsNotThereIsUnavailableUntilAnotherIsNamed) {
    first_.answer("XADD", moved("127.0.0.1", harness::free_port()));
    start_edge(first_.url());
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(post("{}").status, 503u);
        EXPECT_THAT(last_access(), StartsWith("503 redis_unavailable "));
    }
    first_.answer("XADD", moved("127.0.0.1", second_.port()));
    EXPECT_EQ(post("{}").status, 200u);
}

TEST_F(EdgeClusterWords, AClusterThatIsDownIsAnErrorLikeAnyOther) {
    first_.answer("XADD", "-CLUSTERDOWN Hash slot not served\r\n");
    start_edge(first_.url());
    EXPECT_EQ(post("{}").status, 503u);
    EXPECT_TRUE(has_logged("CLUSTERDOWN Hash slot not served"));
    first_.answer("XADD", "$3\r\n1-1\r\n");
    EXPECT_EQ(post("{}").status, 200u);
}

}  // namespace edge_cluster_test
}  // namespace e2e
