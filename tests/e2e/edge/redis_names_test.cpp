// A host's name: known at the start, and looked up again before each reconnection where there is a resolver.
// To the system it is 127.0.0.1; a name server may say otherwise.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "e2e/edge/redis_fixture.hpp"
#include "e2e/harness/dns_server.hpp"
#include "e2e/harness/free_port.hpp"

namespace e2e {
namespace redis_names_test {

using harness::DnsServer;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

bool can_bind_version_6() {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(socket);
    return bound;
}

// To the system it is 127.0.0.1 and nothing else, whatever /etc/hosts says of localhost.
constexpr const char* host_name = "127.1";

class EdgeRedisNames : public EdgeRedisTest {
protected:
    harness::RedisServer& start_at(const std::string& host, const std::string& name) {
        return start_node(name, {.host = host, .port = port_});
    }

    void start_with(const DnsServer& names, const std::string& more = "") {
        start_edge(url(), resolver(names) + more);
    }
    std::string url() const { return std::string("redis://") + host_name + ":" + std::to_string(port_); }
    static std::string resolver(const DnsServer& names) {
        return "resolver 127.0.0.1:" + std::to_string(names.port()) +
               " valid=1s; calendly_redis_connect_timeout 1s;";
    }

    // The Redis at the system's address is used as long as it lives; killed, the one at `host` is found.
    void expect_to_move_to(const std::string& host, const harness::NginxOptions& options) {
        auto& before = start_at("127.0.0.1", "before");
        auto& after = start_at(host, "after");
        start_nginx(options);
        for (int i = 0; i < 3; ++i) EXPECT_EQ(post("{}").status, 200u);
        EXPECT_EQ(stored_in(before), 3u) << "a good connection is not left";
        before.kill();
        wait_for_recovery();
        EXPECT_EQ(stored_in(after), 1u);
    }

    // Redis goes and comes back where it was, and so does the edge.
    void expect_to_find_the_old_address(DnsServer& names) {
        auto& redis = start_at("127.0.0.1", "redis");
        start_with(names);
        EXPECT_EQ(post("{}").status, 200u);
        redis.kill();
        wait_for_log("its name cannot be resolved, the last addresses are used");
        redis.start();
        wait_for_recovery();
        EXPECT_LE(complaints(), 10u);
    }

    std::uint16_t port_ = harness::free_port();
};

TEST_F(EdgeRedisNames, UnknownAtTheStart) {
    const auto checked = harness::Nginx::check(
        folder_, {.location = location("redis://no-such-host.invalid", "resolver 127.0.0.1:1;")});
    EXPECT_EQ(checked.exit_code, 1);
    EXPECT_THAT(checked.output, AllOf(HasSubstr("[emerg]"), HasSubstr("calendly_redis: host not found"),
                                      ContainsRegex("in /[^ ]*/nginx.conf:[0-9]+")));
}

TEST_F(EdgeRedisNames, NewAddressWhenItReconnects) {
    DnsServer names({"127.0.0.2"});
    expect_to_move_to("127.0.0.2", {.location = location(url(), resolver(names))});
}

TEST_F(EdgeRedisNames, EachReconnectionAsksAnew) {
    DnsServer names({"127.0.0.2"});
    auto& first = start_at("127.0.0.1", "first");
    auto& second = start_at("127.0.0.2", "second");
    auto& third = start_at("127.0.0.3", "third");
    start_with(names);
    EXPECT_EQ(post("{}").status, 200u);
    first.kill();
    wait_for_recovery();
    EXPECT_EQ(stored_in(second), 1u);
    names.answer({"127.0.0.3"});
    second.kill();
    wait_for_recovery();
    EXPECT_EQ(stored_in(third), 1u);
}

// As where a name is moved to the new master.
TEST_F(EdgeRedisNames, AReplicaMeansThatTheNameMayPointElsewhere) {
    DnsServer names({"127.0.0.2"});
    auto& before = start_at("127.0.0.1", "before");
    auto& after = start_at("127.0.0.2", "after");
    start_with(names);
    EXPECT_EQ(post("{}").status, 200u);
    before.follow(after);
    expect_unavailable("redis_error");
    expect_recovery_within_a_second_of(steady_clock::now());
    EXPECT_EQ(stored_in(after), 1u);
}

TEST_F(EdgeRedisNames, AllAddressesAreTried) {
    DnsServer names({"127.0.0.4", "127.0.0.3", "127.0.0.2"});
    expect_to_move_to("127.0.0.3", {.location = location(url(), resolver(names))});
}

TEST_F(EdgeRedisNames, AddressesOfVersion6AreAskedForToo) {
    if (!can_bind_version_6()) GTEST_SKIP() << "this machine has no ::1";
    DnsServer names({"::1"});
    expect_to_move_to("::1", {.location = location(url(), resolver(names))});
}

TEST_F(EdgeRedisNames, InASet) {
    DnsServer names({"127.0.0.2"});
    const auto nobody = tcp_url(harness::free_port());
    expect_to_move_to("127.0.0.2", {.location = location(nobody + " " + url(), resolver(names))});
}

TEST_F(EdgeRedisNames, ResolverOfTheWholeServer) {
    DnsServer names({"127.0.0.2"});
    expect_to_move_to("127.0.0.2", {.location = location(url()), .server = resolver(names)});
}

TEST_F(EdgeRedisNames, WithoutResolverTheAddressesOfTheStartServeOn) {
    auto& redis = start_at("127.0.0.1", "redis");
    start_edge(url());
    EXPECT_EQ(post("{}").status, 200u);
    redis.kill();
    harness::wait_until([&] { return post("{}").status == 503; }, "it should be noticed");
    redis.start();
    expect_recovery_within_a_second_of(steady_clock::now());
}

TEST_F(EdgeRedisNames, DeniedTheOldAddressServesOn) {
    DnsServer names({});
    names.deny();
    expect_to_find_the_old_address(names);
}

TEST_F(EdgeRedisNames, NotToldTheOldAddressServesOn) {
    DnsServer names({});
    names.be_silent();
    expect_to_find_the_old_address(names);
}

TEST_F(EdgeRedisNames, NotTakenAwayByAnAnswerWithoutAddresses) {
    DnsServer names({});
    expect_to_find_the_old_address(names);
}

TEST_F(EdgeRedisNames, AreLookedUpWithoutBlocking) {
    DnsServer names({});
    names.be_silent();
    auto& redis = start_at("127.0.0.1", "redis");
    start_edge(url(),
               "resolver 127.0.0.1:" + std::to_string(names.port()) + "; calendly_redis_connect_timeout 1s;");
    EXPECT_EQ(post("{}").status, 200u);
    redis.kill();
    harness::wait_until([&] { return names.questions() > 0; }, "the edge should look it up again");
    const auto begin = steady_clock::now();
    EXPECT_EQ(post("{}").status, 503u);
    wait_for_requests(0);
    EXPECT_LT(since(begin), Duration(2500)) << "deliveries wait for calendly_redis_connect_timeout only";
    const auto leaving = steady_clock::now();
    EXPECT_EQ(nginx_->quit(), 0);
    EXPECT_LT(since(leaving), Duration(5000)) << "a worker that leaves does not wait for names";
}

TEST_F(EdgeRedisNames, AddressesAreNotLookedUp) {
    DnsServer names({"127.0.0.2"});
    auto& redis = start_at("127.0.0.1", "redis");
    start_edge(redis.tcp_url(), resolver(names));
    EXPECT_EQ(post("{}").status, 200u);
    redis.kill();
    harness::wait_until([&] { return post("{}").status == 503; }, "it should be noticed");
    redis.start();
    wait_for_recovery();
    EXPECT_EQ(names.questions(), 0u);
}

}  // namespace redis_names_test
}  // namespace e2e
