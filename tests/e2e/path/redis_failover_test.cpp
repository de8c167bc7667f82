// The master fails while webhooks come: nothing is lost, nobody is restarted.
#include "e2e/harness/free_port.hpp"
#include "e2e/harness/redis_sentinel.hpp"
#include "e2e/harness/tcp_gate.hpp"
#include "e2e/path/fixture.hpp"

namespace e2e {
namespace redis_failover_test {

using std::chrono::steady_clock;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr harness::Duration patience{30'000};

class PathRedisTrouble : public PathTest {
protected:
    void book(const std::string& email) { sandbox().book({{"email", email}}); }
    void book(const std::string& when, int count) {
        for (int i = 0; i < count; ++i) book(people_.emplace_back(when + std::to_string(i) + "@example.org"));
    }
    void expect_all_synced() {
        for (const auto& email : people_) {
            EXPECT_EQ(attribute(email, "BOOKING_STATUS"), "booked") << email;
            EXPECT_THAT(sandbox().event_names(email), Contains("calendly_booked")) << email;
        }
        EXPECT_EQ(system_->dead(), 0);
    }
    void wait_for_log(const std::string& text) {
        harness::wait_until([&] { return agent().has_logged(text); }, "the log should say " + text, patience);
    }
    void wait_for_health(unsigned status) {
        harness::wait_until([&] { return agent().health().status == status; },
                            "health should be " + std::to_string(status), patience);
    }

    // The agent reaches Redis through a gate.
    harness::TcpGate& start_behind_gate() {
        allow_error("Redis: ");
        harness::SystemOptions options;
        options.redis.tcp = true;
        lay(std::move(options));
        auto& gate = gate_.emplace(system_->redis().port());
        system_->options().common["redis"] = "{url: " + quoted("redis://" + at(gate.port())) + "}";
        system_->start_agent();
        return gate;
    }

    static std::string at(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }
    static std::string quoted(const std::string& text) { return "\"" + text + "\""; }

    std::vector<std::string> people_;
    std::optional<harness::TcpGate> gate_;
};

class PathRedisFailOver : public PathRedisTrouble {
protected:
    // A master and its replica.
    void lay_two() {
        allow_error("Redis: ");
        harness::SystemOptions options;
        options.redis.tcp = true;
        options.replica = true;
        lay(std::move(options));
    }
    void start_with_both_urls() {
        lay_two();
        system_->options().common["redis"] = "{urls: [" + quoted(system_->redis().tcp_url()) + ", " +
                                             quoted(system_->replica().tcp_url()) + "]}";
        system_->start_agent();
    }

    // What was answered 200 must be in the replica before its master may die.
    void kill_master() {
        const auto role_of = [](harness::RedisServer& server) { return server.client().command({"ROLE"}); };
        harness::wait_until(
            [&] {
                const auto master = role_of(system_->redis());
                const auto replica = role_of(system_->replica());
                return master->element[1]->integer == replica->element[4]->integer;
            },
            "the replica should have everything");
        system_->redis().kill();
    }
};

TEST_F(PathRedisFailOver, OfTwoServersIsFollowed) {
    start_with_both_urls();
    book("before", 5);
    settle();
    kill_master();
    book("during", 5);
    wait_for_log("Connection refused");
    EXPECT_FALSE(sandbox().contact("during0@example.org"));
    system_->replica().promote();
    system_->look_into(system_->replica());
    book("after", 5);
    settle();
    expect_all_synced();
    wait_for_health(200);
    EXPECT_TRUE(agent().has_logged("the master is now " + at(system_->replica().port())));
    EXPECT_EQ(agent().stop(), 0) << "before the Sentinel, which it may ask at any time";
}

TEST_F(PathRedisFailOver, AReturnedOldMasterIsNotUsed) {
    start_with_both_urls();
    book("before", 2);
    settle();
    kill_master();
    system_->replica().promote();
    system_->look_into(system_->replica());
    book("during", 2);
    settle();
    system_->redis().start();
    system_->replica().client().text({"CLIENT", "KILL", "TYPE", "normal"});
    book("after", 2);
    settle();
    expect_all_synced();
    auto old = system_->redis().client();
    EXPECT_EQ(old.integer({"EXISTS", "calendly:{calendly}:person:after0@example.org"}), 0);
    EXPECT_EQ(old.text({"CLIENT", "LIST"}).find("cmd=xreadgroup"), std::string::npos);
}

TEST_F(PathRedisFailOver, ADemotedMasterIsLeft) {
    start_with_both_urls();
    book("before", 2);
    settle();
    system_->replica().promote();
    system_->redis().follow(system_->replica());
    system_->look_into(system_->replica());
    book("after", 2);
    settle();
    expect_all_synced();
    wait_for_log("the master is now " + at(system_->replica().port()));
    wait_for_health(200);
}

TEST_F(PathRedisFailOver, BySentinelIsFollowed) {
    lay_two();
    const harness::RedisSentinel sentinel(system_->folder(), system_->redis());
    system_->options().common["redis"] = "{sentinels: [" + quoted(at(harness::free_port())) + ", " +
                                         quoted(at(sentinel.port())) + "], master: edge}";
    system_->start_agent();
    book("before", 5);
    settle();
    kill_master();
    book("during", 5);
    harness::wait_until([&] { return sentinel.master_port() == system_->replica().port(); },
                        "Sentinel should act", patience);
    system_->look_into(system_->replica());
    system_->redis().start();
    book("after", 5);
    settle();
    expect_all_synced();
    wait_for_health(200);
    EXPECT_TRUE(agent().has_logged("the master is now " + at(system_->replica().port())));
}

TEST_F(PathRedisTrouble, LoadingIsWaitedFor) {
    expect_error("LOADING");
    auto& gate = start_behind_gate();
    wait_for_health(200);
    gate.answer_with("-LOADING Redis is loading the dataset in memory\r\n");
    gate.cut();
    wait_for_log("LOADING");
    book("during", 2);
    wait_for_health(503);
    gate.answer_with("");
    gate.cut();
    settle();
    expect_all_synced();
    wait_for_health(200);
}

// A connection that is cut after the command was carried out, before its reply: whatever it was is done
// again.
TEST_F(PathRedisTrouble, ConnectionsCutAgainAndAgainLoseNothing) {
    auto& gate = start_behind_gate();
    gate.trickle(64, harness::Duration(1));  // a backlog of bodies must fit into the limit of a reply
    for (int round = 0; round < 5; ++round) {
        book("round" + std::to_string(round) + "-", 4);
        harness::wait_until([&] { return gate.connections() >= 2; }, "the agent should be connected");
        gate.cut();
    }
    gate.trickle(64 * 1024, harness::Duration(0));
    settle();
    expect_all_synced();
    EXPECT_EQ(system_->pending(), 0);
}

TEST_F(PathRedisTrouble, ASilentRedisIsGivenUpAndFoundAgain) {
    expect_error("no reply within the time limit");
    allow_error("Redis: ");
    start();
    book("before", 1);
    settle();
    system_->redis().freeze();
    wait_for_log("no reply within the time limit");
    system_->redis().thaw();
    book("after", 1);
    settle();
    expect_all_synced();
    wait_for_health(200);
}

TEST_F(PathRedisTrouble, EveryServerIsNamedInOneLineASecond) {
    expect_error("Redis: ");
    const auto first = harness::free_port(), second = harness::free_port();
    auto options = harness::SystemOptions();
    options.common["redis"] =
        "{urls: [" + quoted("redis://" + at(first)) + ", " + quoted("redis://" + at(second)) + "]}";
    start(std::move(options));
    const auto begin = steady_clock::now();
    wait_for_log(" suppressed)");
    harness::wait_until([&] { return steady_clock::now() - begin > std::chrono::seconds(3); },
                        "three seconds");
    const auto log = agent().log();
    std::size_t lines = 0;
    for (auto found = log.find(" level=error "); found != log.npos; found = log.find(" level=error ", found + 1))
        ++lines;
    EXPECT_LE(lines, 6u) << log;
    EXPECT_THAT(log, HasSubstr("Redis: " + at(first) + ": Connection refused; " + at(second) +
                               ": Connection refused"));
}

// The rights that conf/redis/calendly-brevo.acl names are all that is needed.
TEST_F(PathRedisTrouble, AUserWithTheDocumentedRightsSuffices) {
    harness::SystemOptions options;
    options.redis.tcp = true;
    options.redis.arguments = {"--aclfile", std::string(SOURCE_DIR) + "/conf/redis/calendly-brevo.acl"};
    lay(std::move(options));
    allow_error("goes to the dead letters");
    for (const auto* told : {"the stream key no longer exists", "NOGROUP"}) allow_error(told);  // Redis 7, 8
    auto client = system_->redis().client();
    system_->options().common["redis"] =
        "{url: " + quoted("redis://calendly-agent@" + at(system_->redis().port())) +
        ", password: CHANGE-THIS-PASSWORD}";
    auto& left = system_->start_agent();
    book("before", 2);
    settle();
    system_->sandbox().deliver_bytes("not JSON");  // to the dead letters
    settle();
    EXPECT_EQ(system_->dead(), 1);
    client.text({"FLUSHALL"});  // the group is made again
    book("after", 2);
    settle();
    EXPECT_EQ(left.stop(), 0);
    system_->start_agent();
    book("later", 2);
    settle();
    for (const auto& email : people_) EXPECT_EQ(attribute(email, "BOOKING_STATUS"), "booked") << email;
    for (auto& agent : system_->agents())
        EXPECT_THAT(agent.log(), AllOf(Not(HasSubstr("NOPERM")), Not(HasSubstr("CHANGE-THIS-PASSWORD"))));
    EXPECT_EQ(client.command({"ACL", "LOG"})->elements, 0u) << "nothing was denied";
}

}  // namespace redis_failover_test
}  // namespace e2e
