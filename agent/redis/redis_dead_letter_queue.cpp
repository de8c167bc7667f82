#include "redis/redis_dead_letter_queue.hpp"

#include <chrono>

namespace redis {
namespace {

namespace asio = boost::asio;
namespace webhook_field = shared::webhook_field;

const std::string group(shared::webhook_group);

// XACK comes first because a full Redis allows it, and after a first write, even of nothing, the rest.
// KEYS: stream, dead letters. ARGV: group, id, field, value, ... An entry that is no longer there was moved
// before.
const Script bury_script(R"(
redis.call('XACK', KEYS[1], ARGV[1], '0-0')
local letter = redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
local moved = redis.call('XDEL', KEYS[1], ARGV[2])
if moved == 0 then redis.call('XDEL', KEYS[2], letter) end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return moved
)");

std::string now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace

asio::awaitable<void> RedisDeadLetterQueue::bury(DeadLetter letter) {
    Arguments keys{shared::webhooks_key(connector_), shared::dead_key(connector_)};
    Arguments values{group, letter.entry.id};
    values.emplace_back(webhook_field::reason);
    values.push_back(std::move(letter.reason));
    values.emplace_back(webhook_field::attempts);
    values.push_back(std::to_string(letter.attempts));
    values.emplace_back(webhook_field::failed_ms);
    values.push_back(now_ms());
    values.emplace_back(webhook_field::response);
    values.push_back(std::move(letter.response));
    values.emplace_back(webhook_field::origin_id);
    values.push_back(letter.entry.id);
    shared::append_fields(values, std::move(letter.entry));
    co_await client_.run(bury_script, std::move(keys), std::move(values));
}

}  // namespace redis
