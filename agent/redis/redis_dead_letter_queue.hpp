#pragma once

#include <string>

#include "redis/client.hpp"
#include "redis/dead_letter_queue.hpp"

namespace redis {

class RedisDeadLetterQueue final : public DeadLetterQueue {
public:
    // `stream`: the key of the entries that are buried.
    RedisDeadLetterQueue(Client& client, std::string connector, std::string stream)
        : client_(client), connector_(std::move(connector)), stream_(std::move(stream)) {}

    boost::asio::awaitable<bool> bury(DeadLetter letter) override;
    boost::asio::awaitable<Buried> buried() override;

private:
    boost::asio::awaitable<shared::ReplyPtr> run(const Script& script, Arguments keys, Arguments values);

    Client& client_;
    std::string connector_;
    std::string stream_;
};

}  // namespace redis
