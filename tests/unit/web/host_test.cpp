// By which names the admin API may be asked.
#include <gtest/gtest.h>

#include "web/host.hpp"

namespace host_test {

bool is_own_host(std::string_view host, config::ListenAddress listen) {
    config::Admin admin;
    admin.listen = std::move(listen);
    return web::is_own_host(host, admin);
}

TEST(OwnHost, IsALoopbackNameOrAddress) {
    for (const auto* host :
         {"localhost", "localhost:8719", "LocalHost:80", "localhost.", "agent.localhost", "127.0.0.1",
          "127.0.0.1:8719", "127.3.2.1", "[::1]", "[::1]:8719", "[::ffff:127.0.0.1]:8719"})
        EXPECT_TRUE(is_own_host(host, {"127.0.0.1", 8719})) << host;
}

TEST(OwnHost, IsTheAddressThatIsListenedOn) {
    EXPECT_TRUE(is_own_host("192.0.2.7:8719", {"192.0.2.7", 8719}));
    EXPECT_TRUE(is_own_host("[2001:db8::7]:8719", {"2001:db8:0::7", 8719}));
    EXPECT_FALSE(is_own_host("192.0.2.8:8719", {"192.0.2.7", 8719}));
    EXPECT_TRUE(is_own_host("192.0.2.8:8719", {"0.0.0.0", 8719})) << "any address, and still no name";
    EXPECT_TRUE(is_own_host("[2001:db8::7]:8719", {"::", 8719}));
    EXPECT_FALSE(is_own_host("evil.example:8719", {"0.0.0.0", 8719}));
    EXPECT_FALSE(is_own_host("192.0.2.7", {"no address", 8719}));
}

TEST(OwnHost, IsWhatTheConfigurationNames) {
    config::Admin admin{{"192.0.2.7", 8719}, "token", "https://ops.example.com:8443", {"agent.internal"}};
    for (const auto* host :
         {"ops.example.com", "OPS.example.com:8443", "agent.internal:8719", "192.0.2.7:8719"})
        EXPECT_TRUE(web::is_own_host(host, admin)) << host;
    for (const auto* host : {"localhost", "127.0.0.1:8719", "example.com", "ops.example.com.evil.example"})
        EXPECT_FALSE(web::is_own_host(host, admin)) << host;
}

TEST(OwnOrigin, IsThatOfThePublicUrlOrOfTheNameWeWereAskedBy) {
    const config::Admin admin{{"127.0.0.1", 8719}, "", "https://ops.example.com", {}};
    EXPECT_TRUE(web::is_own_origin("https://ops.example.com", "127.0.0.1:8719", admin));
    EXPECT_TRUE(web::is_own_origin("http://127.0.0.1:8719", "127.0.0.1:8719", admin));
    EXPECT_TRUE(web::is_own_origin("HTTP://LocalHost:8719", "localhost:8719", admin));
    for (const auto* origin : {"null", "", "http://ops.example.com", "https://ops.example.com.evil.example",
                               "http://127.0.0.1:80", "http://localhost:8719", "file://", "127.0.0.1:8719"})
        EXPECT_FALSE(web::is_own_origin(origin, "127.0.0.1:8719", admin)) << origin;
    EXPECT_FALSE(web::is_own_origin("http://", "", admin));
}

// Whose name server leads a browser here.
TEST(OwnHost, IsNoOtherName) {
    for (const auto* host :
         {"evil.example", "evil.example:8719", "127.0.0.1.evil.example", "localhost.evil.example",
          "evillocalhost", "192.0.2.7", "[2001:db8::1]:8719", "", ":8719", "[::1", "[::1]x", "[]",
          "localhost:80@evil.example", "127.1", "2130706433", "0x7f.0.0.1", "127.0.0.1@evil.example",
          "127.0.0.1 evil.example", "localhost,evil.example"})
        EXPECT_FALSE(is_own_host(host, {"127.0.0.1", 8719})) << host;
}

}  // namespace host_test
