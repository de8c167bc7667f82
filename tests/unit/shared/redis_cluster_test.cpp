#include "shared/redis_cluster.hpp"

#include <gtest/gtest.h>

namespace shared {
namespace redis_cluster_test {

TEST(RedisCluster, KnowsWhereARedirectionLeads) {
    EXPECT_EQ(redirection_in("MOVED 3999 127.0.0.1:6381"), (RedisRedirection{false, "127.0.0.1", 6381}));
    EXPECT_EQ(redirection_in("ASK 3999 127.0.0.1:6381"), (RedisRedirection{true, "127.0.0.1", 6381}));
    EXPECT_EQ(redirection_in("MOVED 1 ::1:7000"), (RedisRedirection{false, "::1", 7000}));
    EXPECT_EQ(redirection_in("MOVED 1 node-2.example.com:7000"),
              (RedisRedirection{false, "node-2.example.com", 7000}));
}

TEST(RedisCluster, ANodeWithoutAnAddressIsWhereTheOneIsThatNamesIt) {
    for (const auto* error : {"MOVED 3999 :6381", "MOVED 3999 ?:6381"})
        EXPECT_EQ(redirection_in(error), (RedisRedirection{false, "", 6381})) << error;
}

TEST(RedisCluster, TakesNothingElseForARedirection) {
    for (const auto* error : {"", "MOVED", "MOVED ", "MOVED 3999", "MOVED 3999 127.0.0.1",
                              "MOVED 3999 127.0.0.1:", "MOVED 3999 127.0.0.1:0", "MOVED 3999 127.0.0.1:65536",
                              "MOVED 3999 127.0.0.1:63x", "MOVEDON 1 a:1", "ASKING 1 a:1",
                              "ERR MOVED 3999 127.0.0.1:6381", "moved 3999 127.0.0.1:6381"})
        EXPECT_EQ(redirection_in(error), std::nullopt) << error;
}

TEST(RedisCluster, KnowsWhatPasses) {
    EXPECT_TRUE(cluster_is_not_ready("TRYAGAIN Multiple keys request during rehashing of slot"));
    EXPECT_TRUE(cluster_is_not_ready("CLUSTERDOWN Hash slot not served"));
    EXPECT_FALSE(cluster_is_not_ready("CROSSSLOT Keys in request don't hash to the same slot"));
    EXPECT_FALSE(cluster_is_not_ready("MOVED 1 a:1"));
}

TEST(RedisCluster, KnowsWhichRightIsMissing) {
    EXPECT_TRUE(forbids_asking("NOPERM this user has no permissions to run the 'asking' command"));
    EXPECT_TRUE(forbids_asking("NOPERM User edge has no permissions to run the 'asking' command"));
    EXPECT_FALSE(forbids_asking("NOPERM this user has no permissions to run the 'xadd' command"));
    EXPECT_FALSE(forbids_asking("ERR unknown command 'asking'"));
}

TEST(RedisCluster, TheTagIsWhatStandsBetweenTheBraces) {
    EXPECT_EQ(hash_tag("calendly:{shop}:webhooks"), "shop");
    EXPECT_EQ(hash_tag("{a}{b}"), "a");
    for (const auto* key : {"", "calendly", "calendly:{}", "calendly:{shop", "calendly:shop}"})
        EXPECT_EQ(hash_tag(key), "") << key;
}

}  // namespace redis_cluster_test
}  // namespace shared
