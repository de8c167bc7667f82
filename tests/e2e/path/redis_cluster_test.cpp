// How the agent's connections follow a cluster that says what the test wants.
#include "e2e/path/redis_client_fixture.hpp"

namespace e2e {
namespace path_redis_cluster_test {

using harness::FakeRedis;
using testing::AllOf;
using testing::HasSubstr;
using Kind = redis::Error::Kind;

constexpr const char* stored = "+OK\r\n";
constexpr const char* down = "-CLUSTERDOWN Hash slot not served\r\n";
constexpr const char* of_a_cluster = "*2\r\n$4\r\nmode\r\n$7\r\ncluster\r\n";

class PathRedisCluster : public RedisClientTest {
protected:
    PathRedisCluster() {
        for (auto* node : {&first_, &second_, &third_}) node->answer("SET", stored);
    }

    static std::string moved_to(const FakeRedis& node) { return "-MOVED 3999 " + at(node.port()) + "\r\n"; }
    static std::string ask(const FakeRedis& node) { return "-ASK 3999 " + at(node.port()) + "\r\n"; }
    using RedisClientTest::ask;

    Ended& set() { return ask({"SET", "calendly:{shop}:key", "value"}); }

    FakeRedis first_, second_, third_;
};

TEST_F(PathRedisCluster, MovedIsFollowedAndRemembered) {
    first_.answer("SET", moved_to(second_));
    use({first_.url()});
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(first_.count("SET"), 1u);
    EXPECT_EQ(second_.count("SET"), 2u);
    EXPECT_EQ(second_.connections(), 1u);
    auto& other = add_client();
    EXPECT_EQ(ask(other, {"SET", "calendly:{shop}:other", "value"}).text, "OK");
    EXPECT_EQ(first_.count("SET"), 1u) << "all clients of an agent know it";
    EXPECT_EQ(ask({"SET", "calendly:{budget-1}:calendly", "1"}).text, "OK");
    EXPECT_EQ(first_.count("SET"), 2u) << "each tag's keys are somewhere";
}

TEST_F(PathRedisCluster, AskIsFollowedWithAskingForThisOnce) {
    first_.answer("SET", ask(second_));
    second_.answer("ASKING", stored);
    use({first_.url()});
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(second_.count("ASKING"), 1u);
    EXPECT_EQ(second_.count("SET"), 1u);
    first_.answer("SET", stored);
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(first_.count("SET"), 2u);
    EXPECT_EQ(second_.count("ASKING"), 1u);
}

TEST_F(PathRedisCluster, WithoutTheRightToAskItSaysWhatToAllow) {
    first_.answer("SET", ask(second_));
    second_.answer("ASKING", "-NOPERM this user has no permissions to run the 'asking' command\r\n");
    second_.answer("SET", moved_to(first_));
    use({first_.url()});
    const auto& ended = set();
    EXPECT_EQ(ended.kind, Kind::not_now);
    EXPECT_THAT(ended.trouble, AllOf(HasSubstr("'asking'"), HasSubstr("allow +asking")));
}

TEST_F(PathRedisCluster, WhatTheClusterCannotDoNowIsTriedForAWhile) {
    for (const auto* error : {down, "-TRYAGAIN Multiple keys request during rehashing of slot\r\n"}) {
        FakeRedis node;
        node.answer("SET", error);
        use({node.url()});
        auto& client = add_client(milliseconds(300));
        const auto& ended = ask(client, {"SET", "calendly:{shop}:key", "value"});
        EXPECT_EQ(ended.kind, Kind::not_now);
        EXPECT_THAT(ended.trouble, HasSubstr(std::string(error).substr(1, 8)));
        EXPECT_GE(node.count("SET"), 3u);
        auto& again = begin(client, {"SET", "calendly:{shop}:key", "value"});
        const auto count = node.count("SET");
        run_until([&] { return node.count("SET") > count; }, "it should be tried");
        node.answer("SET", stored);
        run();
        EXPECT_EQ(again.text, "OK");
    }
}

TEST_F(PathRedisCluster, NodesThatSendInACircleAreGivenUp) {
    first_.answer("SET", moved_to(second_));
    second_.answer("SET", moved_to(first_));
    use({first_.url()});
    const auto& ended = ask(add_client(milliseconds(300)), {"SET", "calendly:{shop}:key", "value"});
    EXPECT_EQ(ended.kind, Kind::not_now);
    EXPECT_THAT(ended.trouble, HasSubstr("MOVED"));
    EXPECT_LT(first_.count("SET") + second_.count("SET"), 20u) << "with pauses";
}

TEST_F(PathRedisCluster, OfANodeThatIsGoneTheOthersTellWhoTookItsPlace) {
    auto gone = std::make_unique<FakeRedis>();
    gone->answer("SET", stored);
    first_.answer("SET", moved_to(*gone));
    use({first_.url()});
    EXPECT_EQ(set().text, "OK");
    gone.reset();
    EXPECT_EQ(set().kind, Kind::connection) << "it broke: who knows";
    auto& waits = begin({"SET", "calendly:{shop}:key", "value"});
    const auto count = first_.count("SET");
    run_until([&] { return first_.count("SET") > count + 1; }, "the first should be asked again");
    first_.answer("SET", moved_to(third_));
    run();
    EXPECT_EQ(waits.text, "OK");
    EXPECT_EQ(third_.count("SET"), 1u);
}

TEST_F(PathRedisCluster, OfANodeThatIsNotThereItSaysWhy) {
    const auto gone = harness::free_port();
    first_.answer("SET", "-MOVED 3999 " + at(gone) + "\r\n");
    use({first_.url()});
    const auto& ended = ask(add_client(milliseconds(300)), {"SET", "calendly:{shop}:key", "value"});
    EXPECT_EQ(ended.kind, Kind::connection);
    EXPECT_EQ(ended.trouble, "Redis: " + at(gone) + ", a node of the cluster: Connection refused");
}

TEST_F(PathRedisCluster, WhenTheOnlyConfiguredNodeIsGoneOneThatItNamedIsAsked) {
    auto first = std::make_unique<FakeRedis>();
    first->answer("SET", moved_to(second_));
    use({first->url()});
    EXPECT_EQ(set().text, "OK");
    first.reset();
    EXPECT_EQ(ask({"PING"}).kind, Kind::connection);
    EXPECT_EQ(ask({"PING"}).text, "PONG");
    EXPECT_EQ(second_.count("SET"), 1u);
}

TEST_F(PathRedisCluster, AReplicaNamesTheMaster) {
    for (auto* node : {&first_, &second_}) {
        node->answer("HELLO", of_a_cluster);
        node->answer("ROLE", FakeRedis::replica);
        node->answer("SET", moved_to(third_));
    }
    use({first_.url(), second_.url()});
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(third_.count("SET"), 1u);
}

TEST_F(PathRedisCluster, ANodeThatLoadsIsLeftForOneThatKnows) {
    for (auto* node : {&first_, &second_, &third_}) node->answer("HELLO", of_a_cluster);
    first_.answer("SET", moved_to(second_));
    use({first_.url(), third_.url()});
    EXPECT_EQ(set().text, "OK");
    second_.answer("SET", loading);
    first_.answer("SET", moved_to(third_));
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(third_.count("SET"), 1u);
}

TEST_F(PathRedisCluster, AClientMayUseSeveralNodesAndNoneIsClosedForAnother) {
    for (auto* node : {&first_, &second_, &third_}) node->answer("HELLO", of_a_cluster);
    first_.answer("SET", moved_to(second_));
    use({first_.url(), third_.url()});
    EXPECT_EQ(set().text, "OK");
    second_.answer("BLPOP", "");
    auto& reader = add_client();
    auto& blocked = begin(reader, {"BLPOP", "calendly:{shop}:list", "60"});
    run_until([&] { return second_.count("BLPOP") == 1; }, "the reader should wait at the second");
    EXPECT_EQ(begin({"GET", "calendly:{other}:key"}).trouble, "");
    run_until([&] { return first_.count("GET") == 1; }, "another tag's key is asked for at the first");
    EXPECT_EQ(blocked.trouble, "");
    reader.close();
    run();
    EXPECT_EQ(blocked.kind, Kind::connection);
}

TEST_F(PathRedisCluster, ADatabaseIsRefusedInWords) {
    first_.answer("SELECT", "-ERR SELECT is not allowed in cluster mode\r\n");
    use({first_.url() + "/1"});
    EXPECT_THAT(set().trouble, HasSubstr("SELECT: ERR SELECT is not allowed in cluster mode"));
}

}  // namespace path_redis_cluster_test
}  // namespace e2e
