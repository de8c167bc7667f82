#include "config/redis.hpp"

#include <algorithm>

namespace config {

bool Redis::has_tls() const {
    const auto is_tls = [](const shared::RedisUrl& server) { return server.tls; };
    return std::ranges::any_of(urls, is_tls) || std::ranges::any_of(sentinels, is_tls);
}

}  // namespace config
