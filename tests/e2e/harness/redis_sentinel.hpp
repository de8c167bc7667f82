#pragma once

#include <cstdint>
#include <optional>

#include "e2e/harness/process.hpp"
#include "e2e/harness/redis_server.hpp"

namespace harness {

// A real Sentinel, in <folder>/sentinel: watches a master and its replica, and decides alone on a fail-over
// once the master has been gone for two seconds.
class RedisSentinel {
public:
    RedisSentinel(const Folder& folder, const RedisServer& master);  // it knows the replica
    std::uint16_t master_port() const;                               // as it sees things now

private:
    bool answers() const;
    bool knows_a_good_replica() const;

    std::uint16_t port_;
    std::optional<Process> process_;
};

}  // namespace harness
