// Section `admin` of the configuration.
#pragma once

#include <cstdint>
#include <string>

namespace config {

// An address of this machine; names are not looked up.
struct ListenAddress {
    std::string ip;  // without the brackets of an IPv6 address
    std::uint16_t port = 0;
    bool is_loopback() const;  // nobody on another machine can reach it
    bool operator==(const ListenAddress&) const = default;
};

struct Admin {
    ListenAddress listen;
    std::string token;  // empty: none is asked for
    bool operator==(const Admin&) const = default;
};

}  // namespace config
