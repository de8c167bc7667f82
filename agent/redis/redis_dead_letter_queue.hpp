#pragma once

#include <string>

#include "config/timeline.hpp"
#include "redis/client.hpp"
#include "redis/dead_letter_queue.hpp"

namespace redis {

class RedisDeadLetterQueue final : public DeadLetterQueue {
public:
    // `stream`: the key of the entries that are buried. `timeline`: how much is told of them.
    RedisDeadLetterQueue(Client& client, std::string connector, std::string stream,
                         const config::Timeline& timeline = {})
        : client_(client),
          connector_(std::move(connector)),
          stream_(std::move(stream)),
          timeline_(timeline) {}

    boost::asio::awaitable<bool> bury(DeadLetter letter) override;

private:
    boost::asio::awaitable<shared::ReplyPtr> run(const Script& script, Arguments keys, Arguments values);

    Client& client_;
    std::string connector_;
    std::string stream_;
    config::Timeline timeline_;
};

}  // namespace redis
