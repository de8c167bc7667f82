#include "redis/redis_history_store.hpp"

#include <span>

#include "redis/error.hpp"
#include "redis/lock_scripts.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

const std::string history_lock_ms = "30000";
const std::string scanned_at_once = "1000";
const std::string seen_name = "seen";

// Nobody sees a part of them: what belongs together is read together. KEYS: stream. ARGV: the most that may
// wait there, how many entries these are, then for each the number of its fields' names and values, and
// these.
const Script append_script(R"(
if redis.call('XLEN', KEYS[1]) + tonumber(ARGV[2]) > tonumber(ARGV[1]) then return {} end
local ids = {}
local i = 3
while i <= #ARGV do
  local count = tonumber(ARGV[i])
  ids[#ids + 1] = redis.call('XADD', KEYS[1], '*', unpack(ARGV, i + 1, i + count))
  i = i + count + 1
end
return ids
)");

std::span<redisReply* const> items(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY) return {};
    return {reply.element, reply.elements};
}

std::optional<std::string> text_in(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_STRING) return std::nullopt;
    return std::string(reply.str, reply.len);
}

}  // namespace

RedisHistoryStore::RedisHistoryStore(Client& client, std::string connector, std::string process)
    : client_(client), connector_(std::move(connector)), process_(std::move(process)) {}

std::string RedisHistoryStore::key(const std::string& name) const {
    return shared::connector_key(connector_, name);
}

std::string RedisHistoryStore::stream_key(WaitingIn stream) const {
    if (stream == WaitingIn::webhooks) return shared::webhooks_key(connector_);
    return stream == WaitingIn::dead ? shared::dead_key(connector_) : shared::history_key(connector_);
}

asio::awaitable<std::vector<std::string>> RedisHistoryStore::append(std::vector<shared::WebhookEntry> entries,
                                                                    std::size_t most_waiting) {
    Arguments keys{shared::history_key(connector_)};
    Arguments values{std::to_string(most_waiting), std::to_string(entries.size())};
    for (auto& entry : entries) {
        Arguments fields;
        shared::append_fields(fields, std::move(entry));
        values.push_back(std::to_string(fields.size()));
        std::move(fields.begin(), fields.end(), std::back_inserter(values));
    }
    const auto reply = co_await client_.run(append_script, std::move(keys), std::move(values));
    std::vector<std::string> ids;
    for (const auto* id : items(*reply)) ids.emplace_back(shared::text(*id));
    co_return ids;
}

asio::awaitable<std::int64_t> RedisHistoryStore::waiting(WaitingIn stream) {
    Arguments arguments{"XLEN", stream_key(stream)};
    const auto reply = co_await client_.command(std::move(arguments));
    co_return reply->integer;
}

asio::awaitable<std::vector<shared::WebhookEntry>> RedisHistoryStore::entries_after(WaitingIn stream,
                                                                                    std::string id,
                                                                                    std::size_t count) {
    Arguments arguments{"XRANGE", stream_key(stream), "(" + id, "+", "COUNT", std::to_string(count)};
    const auto reply = co_await client_.command(std::move(arguments));
    std::vector<shared::WebhookEntry> entries;
    for (const auto* item : items(*reply)) {
        auto entry = shared::parse_webhook_entry(*item);
        if (!entry && items(*item).size() == 2) {
            entry.emplace();  // without a body, and so without a change
            entry->id = std::string(shared::text(*items(*item)[0]));
        }
        if (entry) entries.push_back(std::move(*entry));
    }
    co_return entries;
}

asio::awaitable<bool> RedisHistoryStore::waits_between(std::string first, std::string last) {
    Arguments arguments{"XRANGE", shared::history_key(connector_), std::move(first), std::move(last)};
    arguments.push_back("COUNT");
    arguments.push_back("1");
    const auto reply = co_await client_.command(std::move(arguments));
    co_return !items(*reply).empty();
}

asio::awaitable<bool> RedisHistoryStore::lock(std::string name) {
    Arguments keys{key(name)};
    Arguments values{process_, history_lock_ms};
    const auto reply = co_await client_.run(take_lock_script, std::move(keys), std::move(values));
    co_return reply->integer == 1;
}

asio::awaitable<void> RedisHistoryStore::unlock(std::string name) {
    Arguments keys{key(name)};
    Arguments values{process_};
    co_await client_.run(release_lock_script, std::move(keys), std::move(values));
}

asio::awaitable<std::optional<std::string>> RedisHistoryStore::read(std::string name) {
    Arguments arguments{"GET", key(name)};
    const auto reply = co_await client_.command(std::move(arguments));
    co_return text_in(*reply);
}

asio::awaitable<void> RedisHistoryStore::write(std::string name, std::string text) {
    Arguments arguments{"SET", key(name), std::move(text)};
    co_await client_.command(std::move(arguments));
}

asio::awaitable<void> RedisHistoryStore::erase(std::string name) {
    Arguments arguments{"DEL", key(name)};
    co_await client_.command(std::move(arguments));
}

// What is erased is what release_lock_script erases of a lock: the text, if it still stands there.
asio::awaitable<void> RedisHistoryStore::erase_this(std::string name, std::string text) {
    Arguments keys{key(name)};
    Arguments values{std::move(text)};
    co_await client_.run(release_lock_script, std::move(keys), std::move(values));
}

asio::awaitable<std::vector<std::optional<std::string>>> RedisHistoryStore::seen(
    std::vector<std::string> ids) {
    std::vector<std::optional<std::string>> texts(ids.size());
    if (ids.empty()) co_return texts;
    Arguments arguments{"HMGET", key(seen_name)};
    std::move(ids.begin(), ids.end(), std::back_inserter(arguments));
    const auto reply = co_await client_.command(std::move(arguments));
    const auto found = items(*reply);
    for (std::size_t i = 0; i < texts.size() && i < found.size(); ++i) texts[i] = text_in(*found[i]);
    co_return texts;
}

asio::awaitable<void> RedisHistoryStore::note_seen(
    std::vector<std::pair<std::string, std::string>> meetings) {
    if (meetings.empty()) co_return;
    Arguments arguments{"HSET", key(seen_name)};
    for (auto& [id, text] : meetings) {
        arguments.push_back(std::move(id));
        arguments.push_back(std::move(text));
    }
    co_await client_.command(std::move(arguments));
}

asio::awaitable<HistoryStore::SeenPart> RedisHistoryStore::scan_seen(std::string cursor) {
    Arguments arguments{"HSCAN", key(seen_name), std::move(cursor), "COUNT", scanned_at_once};
    const auto reply = co_await client_.command(std::move(arguments));
    SeenPart part{"0", {}};
    const auto both = items(*reply);
    if (both.size() != 2) co_return part;
    part.next_cursor = std::string(shared::text(*both[0]));
    const auto pairs = items(*both[1]);
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
        part.meetings.emplace_back(shared::text(*pairs[i]), shared::text(*pairs[i + 1]));
    co_return part;
}

asio::awaitable<void> RedisHistoryStore::forget_seen(std::vector<std::string> ids) {
    if (ids.empty()) co_return;
    Arguments arguments{"HDEL", key(seen_name)};
    std::move(ids.begin(), ids.end(), std::back_inserter(arguments));
    co_await client_.command(std::move(arguments));
}

}  // namespace redis
