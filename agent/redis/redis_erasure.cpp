#include "redis/redis_erasure.hpp"

#include <algorithm>

#include "redis/error.hpp"
#include "redis/timeline_script.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

const std::string erased_at_once = "1000";
constexpr std::size_t ids_erased_at_once = 200;

// KEYS: stream. ARGV: group, how recently in ms, ids... Without a group nobody holds anything. How many were
// erased, how many are held.
const Script erase_entries_script(R"(
local erased, held = 0, 0
for i = 3, #ARGV do
  local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)
  if not pending.err and #pending > 0 and pending[1][3] < tonumber(ARGV[2]) then
    held = held + 1
  else
    redis.pcall('XACK', KEYS[1], ARGV[1], ARGV[i])
    erased = erased + redis.call('XDEL', KEYS[1], ARGV[i])
  end
end
return {erased, held}
)");

// KEYS: timeline. ARGV: from which id up, how many are looked at, person, "1" to erase. How many are theirs,
// and the last id that was looked at, "" at the end.
const Script erase_timeline_script(R"(
local erased, last = 0, ''
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])
for i, entry in ipairs(entries) do
  for f = 1, #entry[2], 2 do
    if entry[2][f] == 'person' and entry[2][f + 1] == ARGV[3] then
      if ARGV[4] == '1' then redis.call('XDEL', KEYS[1], entry[1]) end
      erased = erased + 1
    end
  end
  last = entry[1]
end
if #entries < tonumber(ARGV[2]) then last = '' end
return {erased, last}
)");

std::string stream_of(const std::string& connector, WaitingIn stream) {
    if (stream == WaitingIn::webhooks) return shared::webhooks_key(connector);
    return stream == WaitingIn::dead ? shared::dead_key(connector) : shared::history_key(connector);
}

std::vector<std::string> texts_in(const redisReply& reply) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; reply.type == REDIS_REPLY_ARRAY && i < reply.elements; ++i)
        texts.emplace_back(shared::text(*reply.element[i]));
    return texts;
}

}  // namespace

std::string RedisErasure::key(const std::string& suffix) const {
    return shared::connector_key(connector_, suffix);
}

asio::awaitable<ErasedEntries> RedisErasure::erase_entries(WaitingIn stream, std::vector<std::string> ids,
                                                           std::chrono::milliseconds recently) {
    ErasedEntries erased;
    for (std::size_t from = 0; from < ids.size(); from += ids_erased_at_once) {
        Arguments keys{stream_of(connector_, stream)};
        Arguments values{group, in_ms(recently)};
        const auto end = std::min(from + ids_erased_at_once, ids.size());
        values.insert(values.end(), ids.begin() + static_cast<std::ptrdiff_t>(from),
                      ids.begin() + static_cast<std::ptrdiff_t>(end));
        const auto reply = co_await client_.run(erase_entries_script, std::move(keys), std::move(values));
        if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) break;
        erased.count += static_cast<std::size_t>(reply->element[0]->integer);
        erased.held += static_cast<std::size_t>(reply->element[1]->integer);
    }
    co_return erased;
}

asio::awaitable<std::size_t> RedisErasure::timeline(std::string person, Erasing erasing) {
    std::size_t erased = 0;
    for (std::string from = "-"; !from.empty();) {
        Arguments keys{timeline_key(connector_)};
        Arguments values{from, erased_at_once, person, erasing == Erasing::yes ? "1" : "0"};
        const auto reply = co_await client_.run(erase_timeline_script, std::move(keys), std::move(values));
        if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) break;
        erased += static_cast<std::size_t>(reply->element[0]->integer);
        from = shared::text(*reply->element[1]);
        if (!from.empty()) from.insert(0, "(");
    }
    co_return erased;
}

asio::awaitable<std::size_t> RedisErasure::keys(std::vector<std::string> names, Erasing erasing) {
    std::size_t count = 0;
    for (auto& name : names) {
        Arguments arguments{erasing == Erasing::yes ? "DEL" : "TYPE", std::move(name)};
        const auto reply = co_await client_.command(std::move(arguments));
        if (erasing == Erasing::yes)
            count += static_cast<std::size_t>(reply->integer);
        else
            count += shared::text(*reply) != "none" ? 1 : 0;
    }
    co_return count;
}

asio::awaitable<std::size_t> RedisErasure::ledger(std::string person, Erasing erasing) {
    std::vector<std::string> names{key("person:" + person)};
    return keys(std::move(names), erasing);
}

asio::awaitable<std::size_t> RedisErasure::leases(std::string person, Erasing erasing) {
    std::vector<std::string> names{key("lease:" + person), key("wanted:" + person)};
    return keys(std::move(names), erasing);
}

// Open bookings by their ids, and those that are just being made by their records.
asio::awaitable<std::size_t> RedisErasure::site_bookings(std::string hash, Erasing erasing) {
    const auto name = key("scheduling:email:" + hash);
    Arguments arguments{"HSCAN", name, "0", "COUNT", erased_at_once};
    const auto reply = co_await client_.command(std::move(arguments));
    std::set<std::string> ids;
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 2) {
        const auto texts = texts_in(*reply->element[1]);
        for (std::size_t i = 0; i < texts.size(); i += 2) ids.insert(texts[i]);
    }
    std::size_t erased = 0;
    if (!ids.empty()) erased = co_await site_records(ids, erasing);
    std::vector<std::string> names{name};
    erased += co_await keys(std::move(names), erasing);
    co_return erased;
}

asio::awaitable<std::size_t> RedisErasure::site_records(std::set<std::string> ids, Erasing erasing) {
    std::vector<std::string> records;
    std::string cursor = "0";
    do {
        Arguments arguments{"SCAN", cursor, "MATCH", key("scheduling:key:*"), "COUNT", erased_at_once};
        const auto reply = co_await client_.command(std::move(arguments));
        if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) break;
        cursor = shared::text(*reply->element[0]);
        for (auto& name : texts_in(*reply->element[1])) {
            bool is_theirs = ids.contains(name);
            if (!is_theirs) is_theirs = co_await is_record_of(name, ids);
            if (is_theirs) records.push_back(std::move(name));
        }
    } while (cursor != "0");
    const auto erased = co_await keys(std::move(records), erasing);
    co_return erased;
}

asio::awaitable<bool> RedisErasure::is_record_of(std::string name, const std::set<std::string>& ids) {
    Arguments arguments{"HGET", std::move(name), "answer"};
    const auto reply = co_await client_.command(std::move(arguments));
    const std::string answer(shared::text(*reply));
    co_return std::ranges::any_of(ids, [&](const auto& id) { return answer.find(id) != answer.npos; });
}

}  // namespace redis
