#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shared {

inline constexpr std::uint16_t default_redis_port = 6379;
inline constexpr std::uint16_t default_sentinel_port = 26379;

// redis[s]://[user@]host[:port][/database]   unix:/path[?db=database]
struct RedisUrl {
    std::string socket_path;  // empty: TCP
    std::string host;         // a name or an address; IPv6 without its brackets
    std::uint16_t port = default_redis_port;
    bool tls = false;
    std::string user;  // empty: the default user
    unsigned database = 0;

    // For logs and nginx's resolver: host:port, [v6]:port or unix:/path.
    std::string address() const;

    bool operator==(const RedisUrl&) const = default;
};

// Throws std::invalid_argument with the reason, which never quotes what stands before '@'.
RedisUrl parse_redis_url(std::string_view text);

// host[:port] of a Sentinel. Throws std::invalid_argument with the reason.
RedisUrl parse_sentinel_address(std::string_view text);

}  // namespace shared
