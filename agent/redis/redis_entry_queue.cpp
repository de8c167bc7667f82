#include "redis/redis_entry_queue.hpp"

#include <iterator>
#include <span>

#include "redis/error.hpp"
#include "redis/own_keys.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

const std::string forgotten_after_ms = "300000";
constexpr std::chrono::minutes between_tidyings{1};
constexpr std::size_t ids_at_once = 100;

// A full Redis refuses XGROUP CREATE, even of a group that exists, but not after XACK in a script.
const Script ensure_group_script(R"(
redis.call('XACK', KEYS[1], ARGV[1], '0-0')
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
return 1
)");

// KEYS: stream. ARGV: group, ids...
const Script discard_script(R"(
for i = 2, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
end
return 1
)");

// One script, because DELCONSUMER also drops what is pending for the consumer: an entry handed out between
// check and deletion would be lost to every agent. KEYS: stream. ARGV: group, consumer.
const Script leave_script(R"(
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
)");

// Agents that died left their names: a live one asks every few seconds. KEYS: stream. ARGV: group, idle ms.
const Script tidy_script(R"(
for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for i = 1, #info, 2 do consumer[info[i]] = info[i + 1] end
  if consumer.pending == 0 and consumer.idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
  end
end
return 1
)");

std::span<redisReply* const> elements(const redisReply* reply) {
    if (!reply || reply->type != REDIS_REPLY_ARRAY) return {};
    return {reply->element, reply->elements};
}

// [[id, [field, value, ...]], ...]; an entry that was deleted meanwhile is nil, or has nil for its fields.
Read parse_entries(const redisReply* reply) {
    Read read;
    for (const auto* item : elements(reply)) {
        if (auto entry = shared::parse_webhook_entry(*item)) {
            read.entries.push_back(std::move(*entry));
        } else if (const auto pair = elements(item); !pair.empty()) {
            read.unreadable.emplace_back(shared::text(*pair[0]));
        }
    }
    return read;
}

const redisReply* element(const redisReply& reply, std::size_t index) {
    const auto all = elements(&reply);
    return index < all.size() ? all[index] : nullptr;
}

void add(Read from, Read& to) {
    std::move(from.entries.begin(), from.entries.end(), std::back_inserter(to.entries));
    std::move(from.unreadable.begin(), from.unreadable.end(), std::back_inserter(to.unreadable));
}

constexpr auto behind_all = "18446744073709551615-18446744073709551614";
constexpr std::chrono::seconds between_signs_of_life{10};

}  // namespace

RedisEntryQueue::RedisEntryQueue(Client& blocking, Client& client, std::string stream, std::string consumer)
    : blocking_(blocking), client_(client), key_(std::move(stream)), consumer_(std::move(consumer)) {}

asio::awaitable<void> RedisEntryQueue::ensure_group() {
    Arguments keys{key_};
    Arguments values{group};
    co_await or_name_broken_key(client_, client_.run(ensure_group_script, std::move(keys), std::move(values)),
                                [this] {
                                    return OwnKeys{{key_, "stream", key_}};
                                });
}

asio::awaitable<Read> RedisEntryQueue::read_new(std::size_t count, std::chrono::milliseconds block) {
    Arguments arguments{"XREADGROUP", "GROUP", group, consumer_, "COUNT", std::to_string(count)};
    for (const auto& word :
         {std::string("BLOCK"), in_ms(block), std::string("STREAMS"), key_, std::string(">")})
        arguments.push_back(word);
    const auto reply = co_await blocking_.command(std::move(arguments));
    const auto* stream = element(*reply, 0);  // nil when nothing came
    co_return parse_entries(stream ? element(*stream, 1) : nullptr);
}

asio::awaitable<std::vector<std::string>> RedisEntryQueue::own_ids_after(std::string id) {
    Arguments arguments{"XPENDING", key_, group, "(" + id, "+", std::to_string(ids_at_once), consumer_};
    const auto reply = co_await client_.command(std::move(arguments));
    std::vector<std::string> ids;
    for (const auto* entry : elements(reply.get()))
        if (const auto* own = element(*entry, 0)) ids.emplace_back(shared::text(*own));
    co_return ids;
}

// The ids first: what is held need not come over the wire again.
asio::awaitable<Read> RedisEntryQueue::take_back(const std::set<std::string>& held) {
    Read read;
    auto own = co_await own_ids_after("0-0");
    while (!own.empty()) {
        const auto last = own.back();
        std::erase_if(own, [&](const auto& id) { return held.contains(id); });
        if (!own.empty()) {
            auto lost = co_await read_again(std::move(own));
            add(std::move(lost), read);
        }
        own = co_await own_ids_after(last);
    }
    co_return read;
}

asio::awaitable<Read> RedisEntryQueue::read_again(std::vector<std::string> ids) {
    Arguments arguments{"XCLAIM", key_, group, consumer_, "0"};
    arguments.insert(arguments.end(), ids.begin(), ids.end());
    const auto reply = co_await client_.command(std::move(arguments));
    co_return parse_entries(reply.get());
}

asio::awaitable<void> RedisEntryQueue::claim(Read& read, std::size_t count,
                                             std::chrono::milliseconds min_idle) {
    Arguments arguments{"XAUTOCLAIM", key_, group, consumer_, in_ms(min_idle), take_over_cursor_};
    arguments.push_back("COUNT");
    arguments.push_back(std::to_string(count));
    const auto reply = co_await client_.command(std::move(arguments));
    const auto* cursor = element(*reply, 0);
    take_over_cursor_ = cursor ? std::string(shared::text(*cursor)) : "0-0";
    add(parse_entries(element(*reply, 1)), read);
}

// One call looks at ten times as many entries as it may claim: what is left alone may be behind many that are
// not.
asio::awaitable<Read> RedisEntryQueue::take_over(std::size_t count, std::chrono::milliseconds min_idle) {
    Read read;
    co_await claim(read, count, min_idle);
    while (take_over_cursor_ != "0-0" && read.entries.size() < count)
        co_await claim(read, count - read.entries.size(), min_idle);
    const auto now = std::chrono::steady_clock::now();
    if (now >= tidy_from_) {
        tidy_from_ = now + between_tidyings;
        Arguments keys{key_};
        Arguments values{group, forgotten_after_ms};
        co_await client_.run(tidy_script, std::move(keys), std::move(values));
    }
    co_return read;
}

asio::awaitable<void> RedisEntryQueue::refresh(std::vector<std::string> ids) {
    if (ids.empty()) co_return co_await show_life();
    Arguments arguments{"XCLAIM", key_, group, consumer_, "0"};
    arguments.insert(arguments.end(), ids.begin(), ids.end());
    arguments.push_back("IDLE");
    arguments.push_back("0");
    arguments.push_back("JUSTID");
    co_await client_.command(std::move(arguments));
}

// Before Redis 7.2 a read that waits and brings nothing leaves the consumer as idle as it was. A read of what
// is pending for it, behind all that can be, brings nothing either, and does not.
asio::awaitable<void> RedisEntryQueue::show_life() {
    const auto now = std::chrono::steady_clock::now();
    if (now < show_life_at_) co_return;
    show_life_at_ = now + between_signs_of_life;
    Arguments arguments{"XREADGROUP", "GROUP", group, consumer_, "COUNT", "1", "STREAMS", key_, behind_all};
    co_await client_.command(std::move(arguments));
}

asio::awaitable<void> RedisEntryQueue::leave() {
    Arguments keys{key_};
    Arguments values{group, consumer_};
    co_await client_.run(leave_script, std::move(keys), std::move(values));
}

asio::awaitable<void> RedisEntryQueue::discard(std::vector<std::string> ids) {
    Arguments keys{key_};
    Arguments values{group};
    values.insert(values.end(), ids.begin(), ids.end());
    co_await client_.run(discard_script, std::move(keys), std::move(values));
}

asio::awaitable<std::string> RedisEntryQueue::append(shared::WebhookEntry entry) {
    Arguments arguments{"XADD", key_, "*"};
    shared::append_fields(arguments, std::move(entry));
    const auto reply = co_await client_.command(std::move(arguments));
    co_return std::string(shared::text(*reply));
}

}  // namespace redis
