// Which redirections come back to this machine.
#include <gtest/gtest.h>

#include "cli/login_address.hpp"

namespace login_address_test {

TEST(Loopback, IsHttpOfThisMachineAlone) {
    for (const auto* host : {"localhost", "127.0.0.1", "127.0.0.2", "[::1]"}) {
        const auto address = cli::parse_loopback("http://" + std::string(host) + ":8976/callback?x=1");
        ASSERT_TRUE(address.has_value()) << host;
        EXPECT_EQ(address->port, 8976);
        EXPECT_EQ(address->path, "/callback");
    }
    EXPECT_EQ(cli::parse_loopback("http://[::1]:1/")->host, "::1");
    EXPECT_EQ(cli::parse_loopback("http://localhost")->port, 80);
    EXPECT_EQ(cli::parse_loopback("http://localhost")->path, "/");
    for (const auto* elsewhere :
         {"https://localhost/callback", "https://hooks.example.com/calendly/oauth/callback",
          "http://192.0.2.1/x", "http://localhost.example.com/", "nonsense", ""})
        EXPECT_FALSE(cli::parse_loopback(elsewhere).has_value()) << elsewhere;
}

}  // namespace login_address_test
