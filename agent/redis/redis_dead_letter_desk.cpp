#include "redis/redis_dead_letter_desk.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "redis/letter_reply.hpp"
#include "redis/own_keys.hpp"
#include "redis/replies.hpp"
#include "redis/stream_id.hpp"
#include "redis/stream_piece.hpp"
#include "rules/timeline_entry.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

// A script looks at so many, which takes some milliseconds.
constexpr std::size_t letters_at_once = 500;
constexpr std::size_t most_for_a_page = 20'000;
// And moves or removes so many.
constexpr std::size_t moved_at_once = 100;

// Lua: what a letter says, and whether a filter (ARGV[first] on: "exactly" or "begins" and the reason, or "",
// status or "", q in lower case) takes it.
const std::string letter_lua = stream_piece_lua() + R"(
local function status_of(response)
  return string.match(response, '^(%d%d%d)%f[%D]') or 'none'
end
local function is_wanted(entry, first)
  local fields = entry[2]
  local kind, wanted = ARGV[first], ARGV[first + 1]
  if kind ~= '' then
    local reason = value_of(fields, 'reason')
    if kind == 'begins' then reason = string.sub(reason, 1, #wanted) end
    if reason ~= wanted then return false end
  end
  local status, q = ARGV[first + 2], ARGV[first + 3]
  if status == '' and q == '' then return true end
  local response = value_of(fields, 'response')
  if status ~= '' and status_of(response) ~= status then return false end
  if q == '' or string.find(entry[1], q, 1, true) then return true end
  return (string.find(string.lower(value_of(fields, 'body')), q, 1, true) or
          string.find(string.lower(response), q, 1, true) or
          string.find(string.lower(value_of(fields, 'reason')), q, 1, true)) and true or false
end
)";

// KEYS: dead letters. ARGV: from which id down, how many are looked at, how many are wanted, filter. A piece:
// the letters.
const Script letters_page_script(letter_lua + R"(
local found = {}
local last = look('XREVRANGE', ARGV[1], '-', ARGV[2], function(entry)
  if is_wanted(entry, 4) then found[#found + 1] = entry end
  return #found == tonumber(ARGV[3])
end)
return {found, last}
)");

// KEYS: dead letters. ARGV: from which id up, how many are looked at, filter. A piece: their ids.
const Script letter_ids_script(letter_lua + R"(
local found = {}
local last = look('XRANGE', ARGV[1], '+', ARGV[2], function(entry)
  if is_wanted(entry, 3) then found[#found + 1] = entry[1] end
end)
return {found, last}
)");

// KEYS: dead letters. ARGV: from which id up, how many are looked at, filter. A piece: of each reason and
// status these, and count, first id, last id.
const Script letter_groups_script(letter_lua + R"(
local groups, order = {}, {}
local last = look('XRANGE', ARGV[1], '+', ARGV[2], function(entry)
  if not is_wanted(entry, 3) then return end
  local reason = value_of(entry[2], 'reason')
  local status = status_of(value_of(entry[2], 'response'))
  local name = status .. ' ' .. reason
  if not groups[name] then
    groups[name] = {reason, status, 0, entry[1], entry[1]}
    order[#order + 1] = groups[name]
  end
  groups[name][3] = groups[name][3] + 1
  groups[name][5] = entry[1]
end)
return {order, last}
)");

// KEYS: dead letters, webhooks. ARGV: group, ids... What is there of them moves; those that are not are given
// back. XACK is allowed without memory, and what else the script writes is then, too.
const Script replay_script(R"(
redis.call('XACK', KEYS[2], ARGV[1], '0-0')
local of_the_burial = {reason = true, attempts = true, failed_ms = true, response = true,
                       origin_id = true, replays = true}
local missing = {}
for i = 2, #ARGV do
  local letter = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if not letter then
    missing[#missing + 1] = ARGV[i]
  else
    local fields, origin, replays = {}, letter[1], 0
    for f = 1, #letter[2], 2 do
      local name, value = letter[2][f], letter[2][f + 1]
      if not of_the_burial[name] then
        fields[#fields + 1] = name
        fields[#fields + 1] = value
      elseif name == 'origin_id' and value ~= '' then
        origin = value
      elseif name == 'replays' then
        replays = tonumber(value) or 0
      end
    end
    redis.call('XADD', KEYS[2], '*', 'origin_id', origin, 'replays', string.format('%d', replays + 1),
               unpack(fields))
    redis.call('XDEL', KEYS[1], ARGV[i])
  end
end
return missing
)");

// KEYS: dead letters. ARGV: ids... The letters that there were.
const Script discard_letters_script(R"(
local letters = {}
for i = 1, #ARGV do
  local letter = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if letter then letters[#letters + 1] = letter end
end
if #ARGV > 0 then redis.call('XDEL', KEYS[1], unpack(ARGV)) end
return letters
)");

void append_filter(Arguments& values, const LetterFilter& filter) {
    // Where no more of it is read another character makes no difference.
    const bool is_cut = filter.reason && read_reason(*filter.reason + ".").size() <= filter.reason->size();
    values.emplace_back(filter.reason ? (is_cut ? "begins" : "exactly") : "");
    values.push_back(filter.reason.value_or(""));
    values.push_back(filter.status ? rules::status_text(*filter.status) : "");
    auto q = filter.q;
    std::ranges::transform(q, q.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    values.push_back(std::move(q));
}

using Groups = std::map<std::pair<std::string, std::string>, LetterGroup>;

void add_groups(const redisReply& reply, Groups& groups) {
    for (std::size_t i = 0; reply.type == REDIS_REPLY_ARRAY && i < reply.elements; ++i) {
        const auto& row = *reply.element[i];
        if (row.type != REDIS_REPLY_ARRAY || row.elements != 5) continue;
        std::string reason(read_reason(shared::text(*row.element[0]))), status(shared::text(*row.element[1]));
        auto& alike = groups[{reason, status}];
        if (alike.count == 0) alike.oldest_ms = ms_of(shared::text(*row.element[3]));
        alike.reason = std::move(reason);
        alike.status = number_in<unsigned>(status);
        alike.count += static_cast<std::uint64_t>(row.element[2]->integer);
        alike.newest_ms = std::max(alike.newest_ms, ms_of(shared::text(*row.element[4])));
    }
}

// Each once. What is no id at all is missing, too: Redis would refuse all of them for it.
void make_sound(std::vector<std::string>& ids, std::vector<std::string>& missing) {
    std::set<std::string> seen;
    std::erase_if(ids, [&](const auto& id) { return !seen.insert(id).second; });
    const auto is_id = [](const auto& id) { return parse_stream_id(id).has_value(); };
    const auto rest = std::ranges::stable_partition(ids, is_id);
    std::ranges::move(rest, std::back_inserter(missing));
    ids.erase(rest.begin(), rest.end());
}

}  // namespace

asio::awaitable<LetterPage> RedisDeadLetterDesk::page(LetterFilter filter, std::string cursor,
                                                      std::size_t count) {
    LetterPage page;
    auto from = after_cursor(cursor);
    // Without a filter as many as are wanted; the bodies of more would be read for nothing.
    const auto looked_at = filter.is_empty() ? std::min(count, letters_at_once) : letters_at_once;
    for (std::size_t seen = 0; seen < most_for_a_page && page.items.size() < count; seen += looked_at) {
        Arguments values{from, std::to_string(looked_at), std::to_string(count - page.items.size())};
        append_filter(values, filter);
        const auto reply = co_await run(letters_page_script, std::move(values));
        const auto piece = piece_of(*reply);
        from = piece.next;
        if (piece.found) std::ranges::move(parse_letters(*piece.found), std::back_inserter(page.items));
        if (from.empty()) break;
    }
    page.cursor = cursor_of(from);
    co_return page;
}

asio::awaitable<std::vector<std::string>> RedisDeadLetterDesk::ids(LetterFilter filter) {
    std::vector<std::string> ids;
    for (std::string from = "-"; !from.empty();) {
        Arguments values{from, std::to_string(letters_at_once)};
        append_filter(values, filter);
        const auto reply = co_await run(letter_ids_script, std::move(values));
        const auto piece = piece_of(*reply);
        if (piece.found) std::ranges::move(texts_in(*piece.found), std::back_inserter(ids));
        from = piece.next;
    }
    co_return ids;
}

asio::awaitable<std::vector<LetterGroup>> RedisDeadLetterDesk::groups(LetterFilter filter) {
    Groups groups;
    for (std::string from = "-"; !from.empty();) {
        Arguments values{from, std::to_string(letters_at_once)};
        append_filter(values, filter);
        const auto reply = co_await run(letter_groups_script, std::move(values));
        const auto piece = piece_of(*reply);
        if (piece.found) add_groups(*piece.found, groups);
        from = piece.next;
    }
    std::vector<LetterGroup> sorted;
    for (auto& [name, alike] : groups) sorted.push_back(std::move(alike));
    std::ranges::stable_sort(sorted, std::ranges::greater(), &LetterGroup::count);
    co_return sorted;
}

asio::awaitable<std::optional<StoredLetter>> RedisDeadLetterDesk::letter(std::string id) {
    if (!parse_stream_id(id)) co_return std::nullopt;
    Arguments arguments{"XRANGE", shared::dead_key(connector_), id, id};
    const auto reply = co_await client_.command(std::move(arguments));
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0) co_return std::nullopt;
    co_return parse_letter(*reply->element[0]);
}

asio::awaitable<Replayed> RedisDeadLetterDesk::replay(std::vector<std::string> ids) {
    Replayed replayed;
    make_sound(ids, replayed.missing);
    for (std::size_t from = 0; from < ids.size(); from += moved_at_once) {
        auto piece = part_of(ids, from, moved_at_once);
        Arguments values{group};
        values.insert(values.end(), piece.begin(), piece.end());
        const auto reply = co_await run(replay_script, std::move(values));
        std::ranges::move(texts_in(*reply), std::back_inserter(replayed.missing));
        replayed.count += piece.size() - reply->elements;
    }
    co_return replayed;
}

asio::awaitable<Discarded> RedisDeadLetterDesk::discard(std::vector<std::string> ids) {
    Discarded discarded;
    make_sound(ids, discarded.missing);
    for (std::size_t from = 0; from < ids.size(); from += moved_at_once) {
        auto piece = part_of(ids, from, moved_at_once);
        Arguments values = piece;
        const auto reply = co_await run(discard_letters_script, std::move(values));
        auto letters = parse_letters(*reply);
        for (auto& id : piece)
            if (std::ranges::none_of(letters, [&](const auto& letter) {
                    return parse_stream_id(letter.entry.id) == parse_stream_id(id);
                }))
                discarded.missing.push_back(std::move(id));
        std::ranges::move(letters, std::back_inserter(discarded.items));
    }
    co_return discarded;
}

asio::awaitable<shared::ReplyPtr> RedisDeadLetterDesk::run(const Script& script, Arguments values) {
    const auto dead = shared::dead_key(connector_), webhooks = shared::webhooks_key(connector_);
    return or_name_broken_key(client_, client_.run(script, {dead, webhooks}, std::move(values)),
                              [dead, webhooks] {
                                  return OwnKeys{{dead, "stream", dead}, {webhooks, "stream", webhooks}};
                              });
}

}  // namespace redis
