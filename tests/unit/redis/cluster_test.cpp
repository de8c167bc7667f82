#include "redis/cluster.hpp"

#include <gtest/gtest.h>

namespace redis {
namespace cluster_test {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

const std::string here = "10.0.0.1:7000", there = "10.0.0.2:7000";
constexpr const char* moved = "MOVED 3999 10.0.0.2:7000";
constexpr const char* asked = "ASK 3999 10.0.0.2:7000";
constexpr const char* down = "CLUSTERDOWN Hash slot not served";
constexpr const char* try_again = "TRYAGAIN Multiple keys request during rehashing of slot";
constexpr const char* loading = "LOADING Redis is loading the dataset in memory";

class RedisClusterJourney : public testing::Test {
protected:
    Journey begin(std::string_view tag = "shop") { return {cluster_, tag, now_ + 5s}; }

    Cluster cluster_;
    Journey::Time now_{1000s};
};

TEST_F(RedisClusterJourney, BeginsAtWhicheverServerIsAtHand) {
    const auto journey = begin();
    EXPECT_EQ(journey.node(), "");
    EXPECT_FALSE(journey.asks());
    EXPECT_EQ(journey.pause(), 0ms);
    EXPECT_FALSE(cluster_.is_known());
}

TEST_F(RedisClusterJourney, FollowsMovedAtOnceAndTheNextOneBeginsThere) {
    auto journey = begin();
    EXPECT_TRUE(journey.goes_on(moved, here, now_));
    EXPECT_EQ(journey.node(), there);
    EXPECT_FALSE(journey.asks());
    EXPECT_EQ(journey.pause(), 0ms);
    EXPECT_TRUE(cluster_.is_known());
    EXPECT_EQ(begin().node(), there);
    EXPECT_EQ(begin("other").node(), "") << "another connector's keys may be elsewhere";
}

TEST_F(RedisClusterJourney, FollowsAskForThisCommandAlone) {
    auto journey = begin();
    EXPECT_TRUE(journey.goes_on(asked, here, now_));
    EXPECT_EQ(journey.node(), there);
    EXPECT_TRUE(journey.asks());
    EXPECT_EQ(begin().node(), "");
    EXPECT_TRUE(journey.goes_on("MOVED 3999 10.0.0.1:7000", there, now_));
    EXPECT_FALSE(journey.asks());
}

TEST_F(RedisClusterJourney, OfAKeylessCommandNothingIsRemembered) {
    auto journey = begin("");
    EXPECT_TRUE(journey.goes_on(moved, here, now_));
    EXPECT_EQ(begin("").node(), "");
}

TEST_F(RedisClusterJourney, ANodeWithoutAHostIsWhereTheOneIsThatNamesIt) {
    for (const auto& [said_by, node] :
         {std::pair("10.0.0.1:7000", "10.0.0.1:7005"), std::pair("[::1]:7000", "[::1]:7005"),
          std::pair("unix:/run/redis.sock", "127.0.0.1:7005")}) {
        auto journey = begin();
        EXPECT_TRUE(journey.goes_on("MOVED 3999 :7005", said_by, now_));
        EXPECT_EQ(journey.node(), node);
    }
}

TEST_F(RedisClusterJourney, NodesThatDoNotAgreeAreAskedAgainMoreAndMoreSlowly) {
    auto journey = begin();
    milliseconds before{0}, all{0};
    std::size_t count = 0;
    while (journey.goes_on(count % 2 ? "MOVED 3999 10.0.0.1:7000" : moved, here, now_)) {
        EXPECT_GE(journey.pause(), before);
        before = journey.pause();
        now_ += journey.pause();
        all += journey.pause();
        ASSERT_LT(++count, 100u);
    }
    EXPECT_GT(count, 10u);
    EXPECT_LE(all, 5s);
    EXPECT_LE(before, 200ms);
}

TEST_F(RedisClusterJourney, WaitsWhileTheClusterIsNotReady) {
    for (const auto* error : {down, try_again}) {
        auto journey = begin();
        EXPECT_TRUE(journey.goes_on(error, here, now_)) << error;
        EXPECT_GT(journey.pause(), 0ms);
        EXPECT_FALSE(journey.goes_on(error, here, now_ + 5s)) << "but not for ever";
    }
}

TEST_F(RedisClusterJourney, WaitsWhereTheKeysAreAndWereSaidToBe) {
    begin().goes_on(moved, here, now_);
    for (const auto* error : {moved, try_again}) {
        auto journey = begin();
        EXPECT_TRUE(journey.goes_on(error, there, now_));
        EXPECT_EQ(journey.node(), there);
        EXPECT_GT(journey.pause(), 0ms) << error;
    }
}

TEST_F(RedisClusterJourney, AfterANodeThatIsGoneAnyOtherIsAsked) {
    begin().goes_on(moved, here, now_);
    auto journey = begin();
    EXPECT_TRUE(journey.goes_on_without_node(now_));
    EXPECT_EQ(journey.node(), "");
    EXPECT_GT(journey.pause(), 0ms);
    EXPECT_EQ(begin().node(), "");
    EXPECT_FALSE(journey.goes_on_without_node(now_ + 5s));
}

TEST_F(RedisClusterJourney, ANodeThatLoadsIsLeft) {
    begin().goes_on(moved, here, now_);
    auto journey = begin();
    EXPECT_TRUE(journey.goes_on(loading, there, now_));
    EXPECT_EQ(journey.node(), "");
    EXPECT_EQ(begin().node(), "");
}

TEST_F(RedisClusterJourney, OutsideOfAClusterARefusedCommandIsSentOnceMore) {
    auto journey = begin();
    EXPECT_TRUE(journey.goes_on(loading, here, now_));
    EXPECT_EQ(journey.node(), "");
    EXPECT_EQ(journey.pause(), 0ms);
    EXPECT_FALSE(journey.goes_on(loading, here, now_));
}

TEST_F(RedisClusterJourney, OtherErrorsEndIt) {
    begin().goes_on(moved, here, now_);
    for (const auto* error : {"ERR unknown command", "NOSCRIPT No matching script", "OOM command not allowed",
                              "CROSSSLOT Keys in request don't hash to the same slot",
                              "NOPERM this user has no permissions to run the 'asking' command"})
        EXPECT_FALSE(begin().goes_on(error, there, now_)) << error;
    EXPECT_EQ(begin().node(), there) << "the node is the right one all the same";
}

TEST_F(RedisClusterJourney, TheClusterKnowsItsNodesTheLastOneFirst) {
    for (const auto* error : {moved, "ASK 1 10.0.0.3:7000", "MOVED 2 10.0.0.4:7000", moved})
        begin().goes_on(error, here, now_);
    std::vector<std::string> names;
    for (const auto& node : cluster_.nodes()) names.push_back(node.address());
    EXPECT_EQ(names, (std::vector<std::string>{there, "10.0.0.4:7000", "10.0.0.3:7000"}));
}

TEST_F(RedisClusterJourney, NodesThatGetNewAddressesAllTheTimeAreNotKeptForEver) {
    for (std::size_t port = 1; port <= 2 * Cluster::most_nodes; ++port)
        begin().goes_on("MOVED 1 10.0.0.2:" + std::to_string(port), here, now_);
    EXPECT_EQ(cluster_.nodes().size(), Cluster::most_nodes);
    EXPECT_EQ(cluster_.nodes().front().port, 2 * Cluster::most_nodes);
}

TEST(RedisTagOf, IsThatOfTheKeyWhereverItStands) {
    EXPECT_EQ(tag_of({"XLEN", "calendly:{shop}:webhooks"}), "shop");
    EXPECT_EQ(tag_of({"EVALSHA", "abc", "1", "calendly:{budget-12}:calendly", "1"}), "budget-12");
    EXPECT_EQ(tag_of({"EVAL", "local t = {}", "1", "calendly:{shop}:dead"}), "shop");
    EXPECT_EQ(tag_of({"XREADGROUP", "GROUP", "sync", "me", "STREAMS", "calendly:{shop}:webhooks", ">"}),
              "shop");
    EXPECT_EQ(tag_of({"SCAN", "0", "MATCH", "calendly:{shop}:scheduling:key:*"}), "shop");
    EXPECT_EQ(tag_of({"PING"}), "");
}

}  // namespace cluster_test
}  // namespace redis
