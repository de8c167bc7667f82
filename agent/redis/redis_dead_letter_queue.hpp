#pragma once

#include <string>

#include "redis/client.hpp"
#include "redis/dead_letter_queue.hpp"

namespace redis {

class RedisDeadLetterQueue final : public DeadLetterQueue {
public:
    RedisDeadLetterQueue(Client& client, std::string connector)
        : client_(client), connector_(std::move(connector)) {}

    boost::asio::awaitable<bool> bury(DeadLetter letter) override;
    boost::asio::awaitable<Buried> buried() override;

private:
    boost::asio::awaitable<shared::ReplyPtr> run(const Script& script, Arguments keys, Arguments values);

    Client& client_;
    std::string connector_;
};

}  // namespace redis
