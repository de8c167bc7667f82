// What a Redis user of the edge needs: the rights in conf/redis/calendly-brevo.acl, and no more.
#include "e2e/edge/redis_fixture.hpp"

namespace e2e {
namespace rights_test {

using testing::HasSubstr;
using testing::Not;

class EdgeRights : public EdgeRedisTest {
protected:
    harness::RedisServer& start_with_the_documented_users() {
        return start_node("redis", {.arguments = {"--aclfile", std::string(SOURCE_DIR) +
                                                                   "/conf/redis/calendly-brevo.acl"}});
    }

    void start_edge_with(const std::string& password, const std::string& url) {
        start_edge(url,
                   "calendly_redis_password_file " + folder_.secret("redis.password", password + "\n") + ";");
    }
};

TEST_F(EdgeRights, OfTheDocumentedUserSuffice) {
    auto& redis = start_with_the_documented_users();
    const auto at = "@127.0.0.1:" + std::to_string(redis.port());
    start_edge_with("CHANGE-THIS-PASSWORD-TOO", "redis://calendly-edge" + at + "/1");
    std::vector<harness::HttpClient> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(send(std::string(3000, 'x')));
    for (auto& client : clients) EXPECT_EQ(client.receive().status, 200u);
    EXPECT_THAT(redis.client().text({"CLIENT", "LIST"}), HasSubstr("name=calendly-edge"));
    EXPECT_EQ(redis.client().command({"ACL", "LOG"})->elements, 0u) << "nothing was denied";
    EXPECT_THAT(nginx_->error_log(), Not(HasSubstr("NOPERM")));
}

TEST_F(EdgeRights, AUserWhoMayOnlyStoreIsRefusedNoMoreThanOnceForEachConnection) {
    auto& redis = start_node("redis");
    for (const std::string right : {"on", ">hush-hush", "~calendly:*", "+xadd", "+multi", "+exec"})
        redis.client().text({"ACL", "SETUSER", "edge", right});
    start_edge_with("hush-hush", "redis://edge@127.0.0.1:" + std::to_string(redis.port()));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(post("{}").status, 200u);
    wait_for_log("the user may not PING: allow +ping");
    EXPECT_EQ(redis.client().command({"ACL", "LOG"})->elements, 2u) << "CLIENT SETNAME and PING, once each";
}

}  // namespace rights_test
}  // namespace e2e
