// Tokens in Redis, for all machines that use it.
//   calendly:{<connector>}:oauth        the tokens, sealed
//   calendly:{<connector>}:oauth_lock   who renews them; expires
//   calendly:{<connector>}:oauth_calls  when the token server was called, Unix milliseconds; expires
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
    boost::asio::awaitable<bool> replace(std::string former, std::string sealed) override;
    boost::asio::awaitable<void> erase() override;
    boost::asio::awaitable<bool> try_lock() override;
    boost::asio::awaitable<void> unlock() override;
    boost::asio::awaitable<bool> take_call() override;

private:
    boost::asio::awaitable<shared::ReplyPtr> ask(Arguments arguments);
    // True when the script says 1.
    boost::asio::awaitable<bool> run(const Script& script, std::string key, Arguments values);

    Client& client_;
    std::string key_, lock_key_, calls_key_;
    std::string agent_;
};

}  // namespace redis
