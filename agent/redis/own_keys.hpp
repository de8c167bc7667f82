// Keys that hold another type than edge and agents give them: found out after Redis has refused a command, so
// that somebody can look after the right one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "redis/client.hpp"

namespace redis {

struct OwnKey {
    std::string key;
    std::string_view type;  // as Redis calls it: stream, hash, string
    std::string shown;      // the key as logs may show it: without an e-mail address
};

// Throws BrokenKey for the first of them that is there with another type; else Error for what was refused.
boost::asio::awaitable<void> name_broken_key(Client& client, std::vector<OwnKey> keys, std::string refusal);

}  // namespace redis
