#include "redis/redis_token_store.hpp"

#include "redis/error.hpp"
#include "shared/webhook_entry.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using calendly::TokenStoreError;

const std::string lock_lasts_ms = "30000";

// KEYS: lock. ARGV: who had it. Whoever was too slow does not take the lock from the next one.
const Script unlock_script(R"(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
)");

}  // namespace

RedisTokenStore::RedisTokenStore(Client& client, const std::string& connector, std::string agent)
    : client_(client),
      key_(shared::connector_key(connector, "oauth")),
      lock_key_(shared::connector_key(connector, "oauth_lock")),
      agent_(std::move(agent)) {}

asio::awaitable<shared::ReplyPtr> RedisTokenStore::ask(Arguments arguments) {
    try {
        co_return co_await client_.command(std::move(arguments));
    } catch (const Error& error) {
        throw TokenStoreError(error.what());
    }
}

asio::awaitable<std::optional<std::string>> RedisTokenStore::read() {
    Arguments arguments{"GET", key_};
    const auto reply = co_await ask(std::move(arguments));
    if (reply->type != REDIS_REPLY_STRING) co_return std::nullopt;
    co_return std::string(reply->str, reply->len);
}

asio::awaitable<void> RedisTokenStore::write(std::string sealed) {
    Arguments arguments{"SET", key_, std::move(sealed)};
    co_await ask(std::move(arguments));
}

asio::awaitable<void> RedisTokenStore::erase() {
    Arguments arguments{"DEL", key_};
    co_await ask(std::move(arguments));
}

asio::awaitable<bool> RedisTokenStore::try_lock() {
    Arguments arguments{"SET", lock_key_, agent_, "NX", "PX", lock_lasts_ms};
    const auto reply = co_await ask(std::move(arguments));
    co_return reply->type == REDIS_REPLY_STATUS;
}

asio::awaitable<void> RedisTokenStore::unlock() {
    try {
        Arguments keys{lock_key_};
        Arguments values{agent_};
        co_await client_.run(unlock_script, std::move(keys), std::move(values));
    } catch (const Error& error) {
        throw TokenStoreError(error.what());
    }
}

}  // namespace redis
