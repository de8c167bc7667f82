// Which server is used: of one replication set, or the one that Sentinels name.
#include "e2e/path/redis_client_fixture.hpp"

namespace e2e {
namespace path_redis_set_test {

using harness::FakeRedis;
using testing::AllOf;
using testing::HasSubstr;
using Kind = redis::Error::Kind;

constexpr const char* stored = "+OK\r\n";

class PathRedisSet : public RedisClientTest {
protected:
    PathRedisSet() {
        for (auto* server : {&first_, &second_}) server->answer("SET", stored);
    }

    Ended& set() { return ask({"SET", "key", "value"}); }
    void use_both() { use({first_.url(), second_.url()}); }

    FakeRedis first_, second_;
};

TEST_F(PathRedisSet, UsesTheFirstThatIsAMaster) {
    use_both();
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(first_.count("SET"), 1u);
    EXPECT_EQ(second_.connections(), 0u);
}

TEST_F(PathRedisSet, PassesOverAReplica) {
    first_.answer("ROLE", FakeRedis::replica);
    use_both();
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(first_.count("SET"), 0u);
    EXPECT_EQ(second_.count("SET"), 1u);
}

TEST_F(PathRedisSet, PassesOverWhatCannotBeWrittenNow) {
    for (const auto* answer : {loading, master_down}) {
        first_.answer("PING", answer);
        use_both();
        EXPECT_EQ(ask(add_client(), {"SET", "key", "value"}).text, "OK");
    }
    EXPECT_EQ(first_.count("SET"), 0u);
}

TEST_F(PathRedisSet, PassesOverWhatIsDownOrSilent) {
    first_.answer("PING", "");
    use({"redis://" + at(harness::free_port()), "unix:" + (folder_ / "no.sock").string(), first_.url(),
         second_.url()});
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(second_.count("SET"), 1u);
}

TEST_F(PathRedisSet, SaysWhatIsWrongWithEach) {
    first_.answer("ROLE", FakeRedis::replica);
    second_.answer("PING", loading);
    use_both();
    const auto& ended = set();
    EXPECT_EQ(ended.kind, Kind::connection);
    EXPECT_EQ(ended.trouble, "Redis: " + at(first_.port()) + ": ROLE: not a master; " + at(second_.port()) +
                                 ": PING: LOADING Redis is loading the dataset in memory");
}

TEST_F(PathRedisSet, IsLeftForTheNextAfterARefusalAndTheCommandIsSentThere) {
    for (const auto* answer : {loading, master_down, read_only}) {
        FakeRedis first, second;
        second.answer("SET", stored);
        first.answer("SET", answer);
        use({first.url(), second.url()});
        auto& client = add_client();
        EXPECT_EQ(ask(client, {"SET", "key", "value"}).text, "OK") << answer;
        EXPECT_EQ(first.count("SET"), 1u);
        EXPECT_EQ(second.count("SET"), 1u);
        first.answer("SET", stored);
        ask(client, {"SET", "key", "value"});
        EXPECT_EQ(second.count("SET"), 2u) << "it stays";
    }
}

TEST_F(PathRedisSet, ARefusalByAllIsOne) {
    for (auto* server : {&first_, &second_}) server->answer("SET", read_only);
    use_both();
    const auto& ended = set();
    EXPECT_EQ(ended.kind, Kind::not_now);
    EXPECT_THAT(ended.trouble, HasSubstr("SET: READONLY"));
    EXPECT_EQ(first_.count("SET") + second_.count("SET"), 2u);
}

TEST_F(PathRedisSet, OtherErrorsAreNoReasonToLeave) {
    use_both();
    for (const auto* error :
         {"-OOM command not allowed\r\n", "-NOPERM no permissions\r\n", "-MISCONF disk\r\n"}) {
        first_.answer("SET", error);
        EXPECT_EQ(set().kind, Kind::refused);
    }
    first_.answer("SET", stored);
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(first_.connections(), 1u);
    EXPECT_EQ(second_.connections(), 0u);
}

TEST_F(PathRedisSet, StaysWhereItServesWhenTheFirstReturns) {
    harness::RedisServer first(folder_, {.tcp = true, .name = "first"});
    harness::RedisServer second(folder_, {.tcp = true, .name = "second"});
    use({first.tcp_url(), second.tcp_url()});
    EXPECT_EQ(set().text, "OK");
    first.kill();
    harness::wait_until([&] { return set().trouble.empty(); }, "the second should be found");
    first.start();
    second.client().text({"CLIENT", "KILL", "TYPE", "normal"});
    harness::wait_until([&] { return set().trouble.empty(); }, "it should connect again");
    EXPECT_EQ(first.client().integer({"DBSIZE"}), 0);
    EXPECT_EQ(second.client().integer({"DBSIZE"}), 1);
}

TEST_F(PathRedisSet, AllClientsFollowToTheSameServer) {
    use_both();
    auto& writer = add_client();
    auto& reader = add_client();
    ask(writer, {"SET", "key", "value"});
    first_.answer("BLPOP", "");
    auto& blocked = begin(reader, {"BLPOP", "list", "60"});
    run_until([&] { return first_.count("BLPOP") == 1; }, "the reader should wait at the first");
    first_.answer("SET", read_only);
    ask(writer, {"SET", "key", "value"});
    EXPECT_EQ(blocked.kind, Kind::connection);
    EXPECT_THAT(blocked.trouble, HasSubstr("the master is now " + at(second_.port())));
    ask(reader, {"SET", "key", "value"});
    EXPECT_EQ(second_.count("SET"), 2u);
}

TEST_F(PathRedisSet, TheNextConfigurationBeginsWhereTheLastOneWas) {
    first_.answer("ROLE", FakeRedis::replica);
    const auto settings = to({first_.url(), second_.url()});
    auto former = std::make_shared<redis::Servers>(settings);
    use(former);
    set();
    first_.answer("ROLE", "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n");
    auto next = std::make_shared<redis::Servers>(settings);
    next->succeed(*former);
    use(next);
    ask(add_client(), {"SET", "key", "value"});
    EXPECT_EQ(second_.count("SET"), 2u);
    auto other = std::make_shared<redis::Servers>(to({first_.url()}));
    other->succeed(*next);
    use(other);
    EXPECT_EQ(ask(add_client(), {"SET", "key", "value"}).text, "OK");
    EXPECT_EQ(first_.count("SET"), 1u);
}

class PathRedisSentinels : public PathRedisSet {
protected:
    static std::string bulk(const std::string& text) {
        return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
    }
    static void name_master(FakeRedis& sentinel, const FakeRedis& server) {
        sentinel.answer("SENTINEL", "*2\r\n" + bulk("127.0.0.1") + bulk(std::to_string(server.port())));
    }

    FakeRedis sentinel_, other_sentinel_;
};

TEST_F(PathRedisSentinels, NameTheMaster) {
    name_master(sentinel_, second_);
    use(through({sentinel_.port()}));
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(second_.count("SET"), 1u);
    EXPECT_EQ(second_.count("ROLE"), 1u) << "what they say is verified";
    EXPECT_EQ(sentinel_.count("AUTH"), 0u);
}

TEST_F(PathRedisSentinels, AreAskedOneAfterTheOther) {
    sentinel_.answer("PING", "");
    other_sentinel_.answer("SENTINEL", "*-1\r\n");
    FakeRedis third;
    name_master(third, first_);
    use(through({harness::free_port(), sentinel_.port(), other_sentinel_.port(), third.port()}));
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(first_.count("SET"), 1u);
}

TEST_F(PathRedisSentinels, SayWhatIsWrongWithEach) {
    sentinel_.answer("SENTINEL", "*-1\r\n");
    name_master(other_sentinel_, first_);
    first_.answer("ROLE", FakeRedis::replica);
    const auto down = harness::free_port();
    use(through({down, sentinel_.port(), other_sentinel_.port()}, "shop"));
    EXPECT_EQ(set().trouble, "Redis: Sentinel at " + at(down) + ": Connection refused; Sentinel at " +
                                 at(sentinel_.port()) + ": it knows no master 'shop'; " + at(first_.port()) +
                                 ", the master according to Sentinel at " + at(other_sentinel_.port()) +
                                 ": ROLE: not a master");
}

TEST_F(PathRedisSentinels, ThatLagBehindAreNotBelieved) {
    name_master(sentinel_, first_);
    name_master(other_sentinel_, second_);
    first_.answer("ROLE", FakeRedis::replica);
    use(through({sentinel_.port(), other_sentinel_.port()}));
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(second_.count("SET"), 1u);
}

TEST_F(PathRedisSentinels, AreAskedAgainAfterAFailure) {
    name_master(sentinel_, first_);
    use(through({sentinel_.port()}));
    EXPECT_EQ(set().text, "OK");
    first_.answer("SET", read_only);
    name_master(sentinel_, second_);
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(second_.count("SET"), 1u);
}

TEST_F(PathRedisSentinels, GetTheirOwnPasswordAndTheMasterItsOwn) {
    name_master(sentinel_, first_);
    first_.answer("AUTH", "-WRONGPASS invalid username-password pair or user is disabled.\r\n");
    auto settings = through({sentinel_.port()});
    settings.user = "agent";
    settings.password = "hush-hush";
    settings.sentinel_password = "asking-only";
    settings.database = 3;
    use(settings);
    EXPECT_THAT(set().trouble, AllOf(HasSubstr(at(first_.port()) + ", the master according to"),
                                     HasSubstr("AUTH: WRONGPASS"), testing::Not(HasSubstr("hush"))));
    first_.answer("AUTH", "+OK\r\n");
    EXPECT_EQ(set().text, "OK");
    EXPECT_EQ(first_.count("SELECT"), 1u + 1u);
    EXPECT_EQ(sentinel_.count("SELECT"), 0u);
    EXPECT_GE(sentinel_.count("AUTH"), 2u);
    sentinel_.answer("AUTH", "-WRONGPASS invalid\r\n");
    EXPECT_THAT(ask(add_client(), {"SET", "a", "b"}).trouble,
                AllOf(HasSubstr("Sentinel at"), HasSubstr("AUTH: WRONGPASS")));
}

}  // namespace path_redis_set_test
}  // namespace e2e
