#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "e2e/harness/process.hpp"
#include "e2e/harness/redis_server.hpp"

namespace harness {

struct SentinelOptions {
    std::string password;         // that it wants; empty: none
    std::optional<RedisTls> tls;  // it speaks TLS only, with the master as well
    bool has_replica = true;      // the constructor waits until it is known: neither with TLS nor a password
};

// A real Sentinel ($REDIS_SENTINEL, else the Redis of the other servers), in <folder>/sentinel: watches a
// master and its replica, and decides alone on a fail-over once the master has been gone for two seconds.
class RedisSentinel {
public:
    static constexpr const char* master_name = "edge";

    RedisSentinel(const Folder& folder, const RedisServer& master, SentinelOptions options = {});
    std::uint16_t port() const { return port_; }
    std::uint16_t master_port() const;  // as it sees things now; likewise

private:
    bool is_ready();
    bool knows_a_good_replica() const;

    std::filesystem::path folder_;
    SentinelOptions options_;
    std::uint16_t port_;
    std::optional<Process> process_;
};

}  // namespace harness
