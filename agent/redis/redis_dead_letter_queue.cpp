#include "redis/redis_dead_letter_queue.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "redis/error.hpp"
#include "redis/own_keys.hpp"
#include "redis/stream_id.hpp"
#include "redis/timeline_script.hpp"
#include "redis/unix_ms.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
namespace webhook_field = shared::webhook_field;

// XACK comes first because a Redis without memory allows it, and after it what else the script writes.
// KEYS: stream, dead letters, timeline. ARGV: group, id, where field, value, ... begin, the timeline, field,
// value, ... An entry that is no longer there was moved before. Without a timeline all the same.
const Script bury_script(write_timeline_lua() + R"(
redis.call('XACK', KEYS[1], ARGV[1], '0-0')
local letter = redis.call('XADD', KEYS[2], '*', unpack(ARGV, tonumber(ARGV[3])))
local moved = redis.call('XDEL', KEYS[1], ARGV[2])
if moved == 0 then redis.call('XDEL', KEYS[2], letter) else write_timeline(KEYS[3], 4, ARGV[3] - 1) end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return moved
)");

}  // namespace

asio::awaitable<bool> RedisDeadLetterQueue::bury(DeadLetter letter) {
    Arguments keys{stream_, shared::dead_key(connector_), timeline_key(connector_)};
    Arguments values{group, letter.entry.id, ""};
    const auto now = unix_ms();
    rules::Timeline timeline{std::move(letter.timeline)};
    timeline.front().outcome = rules::TimelineOutcome::dead;
    timeline.front().reason = letter.reason;
    timeline.front().committed_ms = now.count();
    append_timeline(values, timeline, timeline_);
    values[2] = std::to_string(values.size() + 1);
    values.emplace_back(webhook_field::reason);
    values.push_back(std::move(letter.reason));
    values.emplace_back(webhook_field::attempts);
    values.push_back(std::to_string(letter.attempts));
    values.emplace_back(webhook_field::failed_ms);
    values.push_back(in_ms(now));
    values.emplace_back(webhook_field::response);
    values.push_back(std::move(letter.response));
    if (letter.entry.origin_id.empty()) letter.entry.origin_id = letter.entry.id;
    shared::append_fields(values, std::move(letter.entry));
    const auto moved = co_await run(bury_script, std::move(keys), std::move(values));
    co_return moved->integer != 0;
}

asio::awaitable<shared::ReplyPtr> RedisDeadLetterQueue::run(const Script& script, Arguments keys,
                                                            Arguments values) {
    return or_name_broken_key(client_, client_.run(script, std::move(keys), std::move(values)), [this] {
        const auto dead = shared::dead_key(connector_);
        return OwnKeys{{dead, "stream", dead}, {stream_, "stream", stream_}};
    });
}

}  // namespace redis
