#pragma once

#include <string>

#include "calendly/token_store.hpp"
#include "redis/client.hpp"

namespace redis {

class RedisTokenStore final : public calendly::TokenStore {
public:
    // `agent`: unique among all processes.
    RedisTokenStore(Client& client, const std::string& connector, std::string agent);

    boost::asio::awaitable<std::optional<std::string>> read() override;
    boost::asio::awaitable<void> write(std::string sealed) override;
    boost::asio::awaitable<void> erase() override;
    boost::asio::awaitable<bool> try_lock() override;
    boost::asio::awaitable<void> unlock() override;

private:
    boost::asio::awaitable<shared::ReplyPtr> ask(Arguments arguments);

    Client& client_;
    std::string key_, lock_key_;
    std::string agent_;
};

}  // namespace redis
