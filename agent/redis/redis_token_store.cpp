#include "redis/redis_token_store.hpp"

#include "redis/error.hpp"
#include "redis/lock_scripts.hpp"
#include "shared/webhook_entry.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using calendly::TokenStoreError;

const std::string lock_lasts_ms = "30000";

// KEYS: tokens. ARGV: what is stored, what is to be.
const Script replace_script(R"(
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
)");

// KEYS: calls. ARGV: how many are allowed in a minute. What lies ahead was noted before the clock was set
// back.
const Script take_call_script(R"(
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local kept, count = string.format('%.0f', now), 1
for call in string.gmatch(redis.call('GET', KEYS[1]) or '', '%d+') do
  if tonumber(call) <= now and now - call < 60000 then
    kept, count = kept .. ' ' .. call, count + 1
  end
end
if count > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], kept, 'PX', 60000)
return 1
)");

}  // namespace

RedisTokenStore::RedisTokenStore(Client& client, const std::string& connector, std::string agent)
    : client_(client),
      key_(shared::connector_key(connector, "oauth")),
      lock_key_(shared::connector_key(connector, "oauth_lock")),
      calls_key_(shared::connector_key(connector, "oauth_calls")),
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

asio::awaitable<bool> RedisTokenStore::run(const Script& script, std::string key, Arguments values) {
    Arguments keys{std::move(key)};
    try {
        const auto reply = co_await client_.run(script, std::move(keys), std::move(values));
        co_return reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;
    } catch (const Error& error) {
        throw TokenStoreError(error.what());
    }
}

asio::awaitable<void> RedisTokenStore::unlock() {
    Arguments values{agent_};
    co_await run(release_lock_script, lock_key_, std::move(values));
}

asio::awaitable<bool> RedisTokenStore::replace(std::string former, std::string sealed) {
    Arguments values{std::move(former), std::move(sealed)};
    return run(replace_script, key_, std::move(values));
}

asio::awaitable<bool> RedisTokenStore::take_call() {
    Arguments values{std::to_string(calendly::token_calls_a_minute)};
    return run(take_call_script, calls_key_, std::move(values));
}

}  // namespace redis
