// One Redis: pipelining, and every way in which a connection can fail.
#include "e2e/path/redis_client_fixture.hpp"

namespace e2e {
namespace redis_client_test {

using harness::FakeRedis;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Kind = redis::Error::Kind;

class PathRedisClient : public RedisClientTest {};

TEST_F(PathRedisClient, GivesEveryCommandItsOwnReply) {
    harness::RedisServer server(folder_);
    use({server.url()});
    std::vector<Ended*> all;
    for (int i = 0; i < 500; ++i) all.push_back(&begin({"ECHO", std::to_string(i)}));
    run();
    for (int i = 0; i < 500; ++i) EXPECT_EQ(all[i]->text, std::to_string(i));
}

TEST_F(PathRedisClient, OpensOneConnectionForAllWhoWait) {
    FakeRedis server;
    use({server.url()});
    server.answer("GET", "$-1\r\n");
    for (int i = 0; i < 50; ++i) begin({"GET", "key"});
    run();
    EXPECT_EQ(server.connections(), 1u);
    EXPECT_EQ(server.count("GET"), 50u);
}

TEST_F(PathRedisClient, SendsAndReadsMegabytes) {
    harness::RedisServer server(folder_, {.tcp = true});
    harness::TcpGate gate(server.port());
    use({"redis://" + at(gate.port())});
    const std::string large(8 << 20, 'x');
    begin({"SET", "large", large});
    auto& small = begin({"ECHO", "between"});
    auto& read = begin({"GET", "large"});
    run();
    EXPECT_EQ(small.text, "between");
    EXPECT_EQ(read.text, large);
}

TEST_F(PathRedisClient, ReadsRepliesByteByByte) {
    harness::RedisServer server(folder_, {.tcp = true});
    harness::TcpGate gate(server.port());
    gate.trickle(1, harness::Duration(0));
    use({"redis://" + at(gate.port())});
    auto& first = begin({"ECHO", "first"});
    auto& second = begin({"ECHO", "second"});
    run();
    EXPECT_EQ(first.text, "first");
    EXPECT_EQ(second.text, "second");
}

TEST_F(PathRedisClient, TellsARefusalFromABreak) {
    harness::RedisServer server(folder_);
    use({server.url()});
    const auto& ended = ask({"INCR"});
    EXPECT_EQ(ended.kind, Kind::refused);
    EXPECT_THAT(ended.trouble, HasSubstr("Redis: INCR: ERR wrong number of arguments"));
}

TEST_F(PathRedisClient, CutInTheMiddleOfAReplyFailsAndConnectsAgain) {
    harness::RedisServer server(folder_, {.tcp = true});
    harness::TcpGate gate(server.port());
    use({"redis://" + at(gate.port())});
    EXPECT_EQ(ask({"ECHO", "before"}).text, "before");
    gate.answer_with("$1000\r\nhalf a rep");
    auto& cut = begin({"ECHO", "lost"});
    auto& behind = begin({"ECHO", "lost, too"});
    run_until(
        [&] {
            return server.client().text({"INFO", "commandstats"}).find("cmdstat_echo:calls=3") !=
                   std::string::npos;
        },
        "both should arrive");
    gate.cut();
    run();
    for (const auto* ended : {&cut, &behind}) {
        EXPECT_EQ(ended->kind, Kind::connection);
        EXPECT_THAT(ended->trouble,
                    AllOf(HasSubstr(at(gate.port())), HasSubstr("the connection was closed")));
    }
    gate.answer_with("");
    EXPECT_EQ(ask({"ECHO", "after"}).text, "after");
}

TEST_F(PathRedisClient, GivesASilentRedisUp) {
    harness::RedisServer server(folder_);
    use({server.url()});
    auto& client = add_client(milliseconds(300));
    EXPECT_EQ(ask(client, {"ECHO", "before"}).text, "before");
    server.freeze();
    const auto& silent = ask(client, {"ECHO", "during"});
    EXPECT_EQ(silent.kind, Kind::connection);
    EXPECT_THAT(silent.trouble, HasSubstr("no reply within the time limit"));
    const auto& greeting = ask(client, {"ECHO", "still"});
    EXPECT_THAT(greeting.trouble, HasSubstr("connected, but Redis does not answer"));
    server.thaw();
    EXPECT_EQ(ask(client, {"ECHO", "after"}).text, "after");
}

TEST_F(PathRedisClient, RefusesWhatIsNotRedis) {
    harness::RedisServer server(folder_, {.tcp = true});
    harness::TcpGate gate(server.port());
    use({"redis://" + at(gate.port())});
    EXPECT_EQ(ask({"ECHO", "before"}).text, "before");
    gate.answer_with("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_THAT(ask({"ECHO", "x"}).trouble,
                HasSubstr("not Redis's: does something else listen at that address?"));
    gate.answer_with("+OK\r\n+OK\r\n");
    const auto& ended = ask({"ECHO", "x"});
    gate.answer_with("");
    EXPECT_EQ(ended.text + ended.trouble, "OK") << "the second answer is found out later";
    EXPECT_EQ(ask({"ECHO", "after"}).text, "after");
}

TEST_F(PathRedisClient, SaysWhatIsWrongWithTheConnection) {
    FakeRedis server;
    use({server.url()});
    server.answer("PING", "-NOAUTH Authentication required.\r\n");
    const auto& ended = ask({"GET", "key"});
    EXPECT_EQ(ended.kind, Kind::connection);
    EXPECT_EQ(ended.trouble, "Redis: " + at(server.port()) + ": PING: NOAUTH Authentication required.");
    EXPECT_EQ(server.count("GET"), 0u);
}

TEST_F(PathRedisClient, SaysThatNobodyIsThere) {
    const auto port = harness::free_port();
    use({"redis://" + at(port)});
    EXPECT_EQ(ask({"GET", "key"}).trouble, "Redis: " + at(port) + ": Connection refused");
    use({"unix:" + (folder_ / "no.sock").string()});
    EXPECT_THAT(ask(add_client(), {"GET", "key"}).trouble, HasSubstr("no.sock: No such file"));
    use({"redis://no-such-host.invalid"});
    EXPECT_THAT(ask(add_client(), {"GET", "key"}).trouble,
                HasSubstr("no-such-host.invalid:6379: its name cannot be resolved"));
}

// What Redis says about a command in its own words.
TEST_F(PathRedisClient, OneOfOneIsKeptWhateverItSays) {
    FakeRedis server;
    use({server.url()});
    for (const std::string error : {loading, master_down, read_only}) {
        server.answer("SET", error);
        const auto& ended = ask({"SET", "key", "value"});
        EXPECT_EQ(ended.kind, Kind::not_now);
        EXPECT_THAT(ended.trouble, HasSubstr(error.substr(1, 7)));
    }
    EXPECT_EQ(server.connections(), 1u);
    EXPECT_EQ(server.count("ROLE"), 0u);
}

// Each refusal would stand in its ACL LOG.
TEST_F(PathRedisClient, AServerThatRefusesANameIsAskedOnceUntilTheConfigurationIsLoadedAnew) {
    FakeRedis server;
    server.answer("CLIENT", "-NOPERM this user has no permissions to run the 'client|setname' command\r\n");
    server.answer("GET", "$1\r\n1\r\n");
    use({server.url()});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(add_client(), {"GET", "key"}).text, "1");
    EXPECT_EQ(server.connections(), 3u);
    EXPECT_EQ(server.count("CLIENT"), 1u);
    use({server.url()});
    EXPECT_EQ(ask(add_client(), {"GET", "key"}).text, "1");
    EXPECT_EQ(server.count("CLIENT"), 2u);
}

TEST_F(PathRedisClient, ASentinelThatRefusesANameIsAskedOnceToo) {
    FakeRedis sentinel, master;
    const auto refusal = "-NOPERM User default has no permissions to run the 'client|setname' command\r\n";
    for (auto* server : {&sentinel, &master}) server->answer("CLIENT", refusal);
    const auto port = std::to_string(master.port());
    sentinel.answer("SENTINEL",
                    "*2\r\n$9\r\n127.0.0.1\r\n$" + std::to_string(port.size()) + "\r\n" + port + "\r\n");
    master.answer("GET", "$1\r\n1\r\n");
    use(through({sentinel.port()}));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask(add_client(), {"GET", "key"}).text, "1");
    EXPECT_EQ(sentinel.count("CLIENT"), 1u);
    EXPECT_EQ(master.count("CLIENT"), 1u);
}

TEST_F(PathRedisClient, AServerThatTakesANameIsGivenOneOnEachConnection) {
    FakeRedis server;
    server.answer("CLIENT", "+OK\r\n");
    server.answer("GET", "$1\r\n1\r\n");
    use({server.url()});
    for (int i = 0; i < 2; ++i) EXPECT_EQ(ask(add_client(), {"GET", "key"}).text, "1");
    EXPECT_EQ(server.count("CLIENT"), 2u);
}

TEST_F(PathRedisClient, AttemptsHaveAPauseBetweenThem) {
    FakeRedis server;
    use({server.url()});
    server.answer("PING", "-ERR not today\r\n");
    const auto begin = steady_clock::now();
    while (steady_clock::now() - begin < milliseconds(1500)) ask({"GET", "key"});
    EXPECT_LE(server.connections(), 15u);
    EXPECT_GE(server.connections(), 5u);
}

TEST_F(PathRedisClient, CloseEndsWhatWaitsForAReply) {
    FakeRedis server;
    use({server.url()});
    server.answer("GET", "");
    auto& waiting = begin({"GET", "key"});
    run_until([&] { return server.count("GET") == 1; }, "the command should arrive");
    client().close();
    run();
    EXPECT_EQ(waiting.kind, Kind::connection);
    EXPECT_THAT(waiting.trouble, HasSubstr("the agent closes its connections"));
    server.answer("GET", "$1\r\n1\r\n");
    EXPECT_EQ(ask({"GET", "key"}).text, "1") << "and it may be used again";
}

TEST_F(PathRedisClient, CloseEndsWhatWaitsForAConnection) {
    FakeRedis server;
    use({server.url()});
    server.answer("PING", "");
    auto& first = begin({"GET", "key"});
    auto& second = begin({"GET", "key"});
    run_until([&] { return server.count("PING") == 1; }, "the greeting should arrive");
    const auto begin = steady_clock::now();
    client().close();
    run();
    EXPECT_LT(steady_clock::now() - begin, milliseconds(1000));
    for (const auto* ended : {&first, &second})
        EXPECT_THAT(ended->trouble, HasSubstr("the agent closes its connections"));
}

}  // namespace redis_client_test
}  // namespace e2e
