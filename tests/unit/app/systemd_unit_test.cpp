// The addresses that conf/systemd/calendly-brevo.service lets the agent reach.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace systemd_unit_test {

namespace ip = boost::asio::ip;

// The words behind every `key`= of the unit.
std::vector<std::string> values_of(const std::string& key) {
    std::ifstream unit(std::string(FIXTURES_DIR) + "/../../conf/systemd/calendly-brevo.service");
    std::vector<std::string> values;
    for (std::string line; std::getline(unit, line);) {
        if (!line.starts_with(key + "=")) continue;
        std::istringstream words(line.substr(key.size() + 1));
        for (std::string word; words >> word;) values.push_back(word);
    }
    return values;
}

bool is_in(const ip::address_v4& address, const std::string& range) {
    if (range.find(':') != range.npos) return false;
    const auto network = ip::make_network_v4(range);
    return ip::network_v4(address, network.prefix_length()).canonical() == network.canonical();
}
bool is_in(const ip::address_v6& address, const std::string& range) {
    if (range.find(':') == range.npos) return false;
    const auto network = ip::make_network_v6(range);
    return ip::network_v6(address, network.prefix_length()).canonical() == network.canonical();
}

bool is_allowed(const std::string& text) {
    static const auto ranges = values_of("IPAddressAllow");
    const auto address = ip::make_address(text);
    return std::ranges::any_of(ranges, [&](const auto& range) {
        return address.is_v4() ? is_in(address.to_v4(), range) : is_in(address.to_v6(), range);
    });
}

// An Allow beats a Deny: what is in no range is denied, and only that.
TEST(SystemdUnit, DeniesWhatItDoesNotAllow) {
    EXPECT_EQ(values_of("IPAddressDeny"), std::vector<std::string>{"any"});
    EXPECT_FALSE(values_of("IPAddressAllow").empty());
}

TEST(SystemdUnit, LetsNobodyAskForTheMachinesCredentials) {
    for (const auto* metadata : {"169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192",
                                 "fd00:ec2::254", "fd20:ce::254", "fe80::a9fe:a9fe"})
        EXPECT_FALSE(is_allowed(metadata)) << metadata;
}

TEST(SystemdUnit, LetsNobodyReachTheWireNextDoorOrAGroup) {
    for (const auto* address : {"169.254.0.0", "169.254.1.1", "169.254.255.255", "fe80::1", "febf::1",
                                "224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1", "::"})
        EXPECT_FALSE(is_allowed(address)) << address;
}

TEST(SystemdUnit, CutsOutNoMoreThanThese) {
    for (const auto* neighbour :
         {"169.253.255.255", "169.255.0.0", "100.100.100.199", "100.100.100.201", "192.0.0.191",
          "192.0.0.193", "223.255.255.255", "fd00:ec1:ffff::", "fd00:ec3::", "fd20:cd:ffff::", "fd20:cf::"})
        EXPECT_TRUE(is_allowed(neighbour)) << neighbour;
    for (const auto* usual : {"127.0.0.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
                              "8.8.8.8", "104.16.1.1", "2606:4700::1", "fd12:3456::1", "64:ff9b::808:808"})
        EXPECT_TRUE(is_allowed(usual)) << usual;
}

}  // namespace systemd_unit_test
