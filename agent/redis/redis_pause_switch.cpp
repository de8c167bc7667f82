#include "redis/redis_pause_switch.hpp"

#include "redis/own_keys.hpp"
#include "redis/replies.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

// KEYS: pause, stream. ARGV: group, by, reason, since in ms. XACK is allowed without memory, and what else
// the script writes is then, too.
const Script pause_script(R"(
redis.call('XACK', KEYS[2], ARGV[1], '0-0')
if not redis.call('HGET', KEYS[1], 'since_ms') then
  redis.call('HSET', KEYS[1], 'by', ARGV[2], 'reason', ARGV[3], 'since_ms', ARGV[4])
end
return redis.call('HMGET', KEYS[1], 'by', 'reason', 'since_ms')
)");

const Script resume_script(R"(
local stood = redis.call('HMGET', KEYS[1], 'by', 'reason', 'since_ms')
redis.call('DEL', KEYS[1])
return stood
)");

}  // namespace

std::string pause_key(const std::string& connector) {
    return shared::connector_key(connector, "pause");
}

std::optional<Pause> parse_pause(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 3) return std::nullopt;
    if (reply.element[2]->type != REDIS_REPLY_STRING) return std::nullopt;
    return Pause{std::string(shared::text(*reply.element[0])), std::string(shared::text(*reply.element[1])),
                 number_in<std::int64_t>(shared::text(*reply.element[2]))};
}

asio::awaitable<std::optional<Pause>> RedisPauseSwitch::state() {
    Arguments arguments{"HMGET", pause_key(connector_), "by", "reason", "since_ms"};
    const auto reply = co_await checked(client_.command(std::move(arguments)));
    co_return parse_pause(*reply);
}

asio::awaitable<Pause> RedisPauseSwitch::pause(Pause pause) {
    Arguments values{group, pause.by, pause.reason, std::to_string(pause.since_ms)};
    const auto reply = co_await run(pause_script, std::move(values));
    co_return parse_pause(*reply).value_or(pause);
}

asio::awaitable<std::optional<Pause>> RedisPauseSwitch::resume() {
    const auto reply = co_await run(resume_script, {});
    co_return parse_pause(*reply);
}

asio::awaitable<shared::ReplyPtr> RedisPauseSwitch::run(const Script& script, Arguments values) {
    Arguments keys{pause_key(connector_), shared::webhooks_key(connector_)};
    return checked(client_.run(script, std::move(keys), std::move(values)));
}

asio::awaitable<shared::ReplyPtr> RedisPauseSwitch::checked(asio::awaitable<shared::ReplyPtr> answer) {
    const auto key = pause_key(connector_);
    return or_name_broken_key(client_, std::move(answer), [key] { return OwnKeys{{key, "hash", key}}; });
}

}  // namespace redis
