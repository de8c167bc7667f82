// The whole path over a real Redis Cluster: a slot is moved, a master is killed.
#include "e2e/harness/certificate_authority.hpp"
#include "e2e/path/cluster_fixture.hpp"

namespace e2e {
namespace path_cluster_test {

// Neither nginx nor the agent is told of the node that has the keys. The rights that
// conf/redis/calendly-brevo.acl names are all that they need.
TEST_F(PathCluster, ABookingIsFollowedToItsNodeAndThroughTheMoveOfItsSlot) {
    lay_cluster({.arguments = {"--aclfile", std::string(SOURCE_DIR) + "/conf/redis/calendly-brevo.acl"}});
    const auto from = cluster_->master_of(key), to = cluster_->other_master(key);
    start_with_users(to);
    book("before");
    settle_cluster();
    cluster_->begin_move(key, to);
    cluster_->move_keys(key, to);
    book("during");
    wait_for_deliveries();
    EXPECT_GT(calls_of("asking", to), 0u) << "ASK was followed";
    cluster_->end_move(key, to);
    settle_cluster();
    const auto calls = calls_of("xadd", from);
    book("after");
    book("later");
    settle_cluster();
    expect_all_synced();
    EXPECT_LE(calls_of("xadd", from), calls + 1) << "MOVED is remembered";
    for (std::size_t i = 0; i < cluster_->size(); ++i)
        EXPECT_EQ(cluster_->node(i).client().command({"ACL", "LOG"})->elements, 0u) << "nothing was denied";
}

TEST_F(PathCluster, TheNodeThatIsNamedIsVerifiedToo) {
    const harness::CertificateAuthority authority(cluster_folder_);
    lay_cluster(
        {.tls = harness::RedisTls{.certificate = authority.issue("node"), .ca_file = authority.file()}});
    const auto url = cluster_->tls_url(cluster_->other_master(key));
    harness::SystemOptions options;
    options.nginx_server = "calendly_redis_trusted_certificate " + authority.file() + ";\n";
    options.common["redis"] = "{url: \"" + url + "\", ca_file: \"" + authority.file() + "\"}";
    start_with({url}, std::move(options));
    book("over-tls");
    settle_cluster();
    expect_all_synced();
}

TEST_F(PathCluster, AKilledMasterIsReplacedByItsReplica) {
    lay_cluster({.replicas = 3});
    start_with(cluster_->urls());
    book("before");
    settle_cluster();
    cluster_->wait_for_replica_of(key);
    const auto master = cluster_->master_of(key);
    cluster_->kill(master);
    book("during");
    harness::wait_until([&] { return cluster_->master_of(key) != master; }, "a replica should be promoted");
    settle_cluster();
    book("after");
    settle_cluster();
    cluster_->start(master);
    cluster_->wait_until_well();
    book("returned");
    settle_cluster();
    expect_all_synced();
}

}  // namespace path_cluster_test
}  // namespace e2e
