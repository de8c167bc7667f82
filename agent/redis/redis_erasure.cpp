#include "redis/redis_erasure.hpp"

#include <algorithm>
#include <iterator>

#include "redis/redis_booking_store.hpp"
#include "redis/replies.hpp"
#include "redis/stream_piece.hpp"
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

// KEYS: timeline. ARGV: from which id up, how many are looked at, person, "1" to erase. A piece: how many are
// theirs.
const Script erase_timeline_script(stream_piece_lua() + R"(
local erased = 0
local last = look('XRANGE', ARGV[1], '+', ARGV[2], function(entry)
  if value_of(entry[2], 'person') == ARGV[3] then
    if ARGV[4] == '1' then redis.call('XDEL', KEYS[1], entry[1]) end
    erased = erased + 1
  end
end)
return {erased, last}
)");

std::string stream_of(const std::string& connector, WaitingIn stream) {
    if (stream == WaitingIn::webhooks) return shared::webhooks_key(connector);
    return stream == WaitingIn::dead ? shared::dead_key(connector) : shared::history_key(connector);
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
        std::ranges::move(part_of(ids, from, ids_erased_at_once), std::back_inserter(values));
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
        const auto piece = piece_of(*reply);
        if (piece.found) erased += static_cast<std::size_t>(piece.found->integer);
        from = piece.next;
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
    const auto name = open_bookings_key(connector_, hash);
    const auto open = co_await open_bookings(client_, name);
    const std::set<std::string> ids(open.begin(), open.end());
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
        // SCAN names no key: of a cluster's nodes it goes where this connector's last command went.
        Arguments route{"TYPE", key("person:")};
        co_await client_.command(std::move(route));
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
