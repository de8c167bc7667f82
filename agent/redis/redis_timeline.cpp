#include "redis/redis_timeline.hpp"

#include <algorithm>
#include <stdexcept>

#include "redis/own_keys.hpp"
#include "redis/replies.hpp"
#include "redis/stream_id.hpp"
#include "redis/stream_piece.hpp"
#include "redis/timeline_script.hpp"
#include "redis/unix_ms.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

// So many are looked at for one page at most, in scripts that look at as many each.
constexpr std::size_t most_looked_at = 20'000;
constexpr std::size_t looked_at_at_once = 2'000;

// KEYS: timeline. ARGV: from which id down, to which, how many are looked at, how many are wanted, person,
// outcome; "": any. A piece: the entries.
const Script timeline_page_script(stream_piece_lua() + R"(
local found = {}
local last = look('XREVRANGE', ARGV[1], ARGV[2], ARGV[3], function(entry)
  local fields = entry[2]
  if (ARGV[5] == '' or value_of(fields, 'person') == ARGV[5]) and
     (ARGV[6] == '' or value_of(fields, 'outcome') == ARGV[6]) then
    found[#found + 1] = entry
  end
  return #found == tonumber(ARGV[4])
end)
return {found, last}
)");

// KEYS: timeline. ARGV: behind which id, how many. The entries, and the id of the first one that there is.
const Script timeline_after_script(R"(
local entries = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)
return {entries, #first == 0 and '' or first[1][1]}
)");

const Script timeline_newest_script(R"(
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
return #last == 0 and '0-0' or last[1][1]
)");

void set_timeline_field(rules::TimelineEntry& entry, std::string_view name, std::string_view value) {
    using namespace timeline_field;
    if (name == change_id) {
        entry.change_id = value;
    } else if (name == event) {
        entry.event = value;
    } else if (name == person) {
        entry.person = value;
    } else if (name == invitee) {
        entry.invitee = value;
    } else if (name == outcome) {
        entry.outcome = rules::timeline_outcome(value).value_or(rules::TimelineOutcome::left_alone);
    } else if (name == received_ms) {
        entry.received_ms = number_in<std::int64_t>(value);
    } else if (name == committed_ms) {
        entry.committed_ms = number_in<std::int64_t>(value);
    } else if (name == steps) {
        entry.steps = rules::parse_steps(value);
    } else if (name == reason) {
        entry.reason = value;
    }
}

// [[id, [field, value, ...]], ...]
std::vector<StoredTimelineEntry> parse_timeline(const redisReply& reply) {
    std::vector<StoredTimelineEntry> entries;
    for (std::size_t i = 0; reply.type == REDIS_REPLY_ARRAY && i < reply.elements; ++i) {
        const auto& pair = *reply.element[i];
        if (pair.type != REDIS_REPLY_ARRAY || pair.elements != 2) continue;
        StoredTimelineEntry stored{std::string(shared::text(*pair.element[0])), {}};
        const auto& fields = *pair.element[1];
        for (std::size_t at = 0; fields.type == REDIS_REPLY_ARRAY && at + 1 < fields.elements; at += 2)
            set_timeline_field(stored.entry, shared::text(*fields.element[at]),
                               shared::text(*fields.element[at + 1]));
        entries.push_back(std::move(stored));
    }
    return entries;
}

}  // namespace

std::string RedisTimeline::oldest_shown() const {
    return in_ms(unix_ms() - age_);
}

asio::awaitable<TimelinePage> RedisTimeline::page(TimelineFilter filter, std::string cursor,
                                                  std::size_t count) {
    TimelinePage page;
    auto from = after_cursor(cursor);
    const bool takes_all = filter.person.empty() && !filter.outcome;
    const auto looked_at = takes_all ? std::min(count, looked_at_at_once) : looked_at_at_once;
    const std::string outcome(filter.outcome ? to_string(*filter.outcome) : "");
    for (std::size_t seen = 0; seen < most_looked_at && page.items.size() < count; seen += looked_at) {
        Arguments values{from,
                         oldest_shown(),
                         std::to_string(looked_at),
                         std::to_string(count - page.items.size()),
                         filter.person,
                         outcome};
        const auto reply = co_await run(timeline_page_script, std::move(values));
        const auto piece = piece_of(*reply);
        if (piece.found) std::ranges::move(parse_timeline(*piece.found), std::back_inserter(page.items));
        from = piece.next;
        if (from.empty()) break;
    }
    page.cursor = cursor_of(from);
    co_return page;
}

asio::awaitable<TimelineNews> RedisTimeline::after(std::string text, std::size_t count) {
    const auto id = parse_stream_id(text);
    if (!id) throw std::invalid_argument("not the id of an entry of the timeline");
    Arguments values{to_string(*id), std::to_string(count)};
    const auto reply = co_await run(timeline_after_script, std::move(values));
    TimelineNews news;
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) co_return news;
    news.items = parse_timeline(*reply->element[0]);
    const auto first = parse_stream_id(shared::text(*reply->element[1]));
    // When the one with the id itself was trimmed, others behind it may have been, too.
    news.has_gap = *id != StreamId{} && first && *id < *first;
    co_return news;
}

asio::awaitable<std::string> RedisTimeline::newest() {
    const auto reply = co_await run(timeline_newest_script, {});
    co_return std::string(shared::text(*reply));
}

asio::awaitable<shared::ReplyPtr> RedisTimeline::run(const Script& script, Arguments values) {
    const auto key = timeline_key(connector_);
    return or_name_broken_key(client_, client_.run(script, {key}, std::move(values)), [key] {
        return OwnKeys{{key, "stream", key}};
    });
}

}  // namespace redis
