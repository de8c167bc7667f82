// Keys that hold another type than edge and agents give them: found out after Redis has refused a command, so
// that somebody can look after the right one.
#pragma once

#include <functional>
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

using OwnKeys = std::vector<OwnKey>;

// The answer. When Redis refuses it for the type of a key: throws BrokenKey for the first of `keys`, which
// are asked for then, that is there with another type; else for what was refused.
boost::asio::awaitable<shared::ReplyPtr> or_name_broken_key(Client& client,
                                                            boost::asio::awaitable<shared::ReplyPtr> answer,
                                                            std::function<OwnKeys()> keys);

}  // namespace redis
