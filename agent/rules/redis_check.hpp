// Whether a Redis is fit to keep webhooks: what its INFO says, and what is in the connector's streams. No
// I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "rules/finding.hpp"

namespace rules {

// Of the text that INFO answers: "name:value" lines.
using RedisInfo = std::map<std::string, std::string, std::less<>>;
RedisInfo parse_redis_info(std::string_view text);

// redis.version, redis.eviction, redis.persistence, redis.memory.
Findings check_redis_server(const RedisInfo& info);

// Whether that Redis is a node of a cluster.
bool is_of_cluster(const RedisInfo& info);

// redis.cluster. `refusal`: what such a node says to ASKING, with which a slot's move is followed; empty when
// it may be said, and of a Redis that is of no cluster.
Finding check_cluster(const RedisInfo& info, const std::string& refusal);

// What waits in the streams.
struct Backlog {
    std::int64_t webhooks = 0;
    std::int64_t history = 0;
    // How old the first that waits is.
    std::optional<std::chrono::milliseconds> oldest, oldest_history;
};
Finding check_backlog(const Backlog& backlog);

// `reasons`: how many dead letters have which; of the oldest ones, where there are many.
Finding check_dead_letters(std::int64_t count, const std::map<std::string, std::int64_t>& reasons);

}  // namespace rules
