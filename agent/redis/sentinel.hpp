#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "redis/dial.hpp"

namespace redis {

struct MasterAddress {
    std::optional<shared::RedisUrl> url;  // host and port
    std::string problem;                  // why there is none; one line, no secret
    bool may_set_name = true;             // false: the Sentinel refused the connection's name
};

// Where the master called `name` is, as this Sentinel sees it now.
boost::asio::awaitable<MasterAddress> ask_sentinel(Peer sentinel, std::string name, ssl_ctx_st& tls,
                                                   Attempt& attempt);

}  // namespace redis
