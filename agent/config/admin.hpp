// Section `admin` of the configuration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
    std::string token;                 // empty: none is asked for
    std::string public_url{};          // origin of the proxy before it: https://ops.example.com; "": none
    std::vector<std::string> hosts{};  // other names that it is asked by, in lower case, without port
    bool operator==(const Admin&) const = default;
};

}  // namespace config
