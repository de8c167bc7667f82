#include "redis/redis_timeline.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "redis/error.hpp"
#include "redis/own_keys.hpp"
#include "redis/stream_id.hpp"
#include "redis/timeline_script.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

// So many are looked at for one page at most, in scripts that look at as many each.
constexpr std::size_t most_looked_at = 20'000;
constexpr std::size_t looked_at_at_once = 2'000;

// KEYS: timeline. ARGV: from which id down, to which, how many are looked at, how many are wanted, person,
// outcome; "": any. The entries, and the last id that was looked at, "" at the end.
const Script timeline_page_script(R"(
local found, last = {}, ''
local entries = redis.call('XREVRANGE', KEYS[1], ARGV[1], ARGV[2], 'COUNT', ARGV[3])
for i, entry in ipairs(entries) do
  local wanted = true
  if ARGV[5] ~= '' or ARGV[6] ~= '' then
    local fields = entry[2]
    for f = 1, #fields, 2 do
      if fields[f] == 'person' and ARGV[5] ~= '' and fields[f + 1] ~= ARGV[5] then wanted = false end
      if fields[f] == 'outcome' and ARGV[6] ~= '' and fields[f + 1] ~= ARGV[6] then wanted = false end
    end
  end
  if wanted then found[#found + 1] = entry end
  last = entry[1]
  if #found == tonumber(ARGV[4]) then return {found, last} end
end
if #entries < tonumber(ARGV[3]) then last = '' end
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

std::int64_t number_in(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

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
        entry.received_ms = number_in(value);
    } else if (name == committed_ms) {
        entry.committed_ms = number_in(value);
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

StreamId id_from(const std::string& text, const char* what) {
    const auto id = parse_stream_id(text);
    if (!id) throw std::invalid_argument(what);
    return *id;
}

}  // namespace

std::string RedisTimeline::oldest_shown() const {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return in_ms(std::chrono::duration_cast<std::chrono::milliseconds>(now) - age_);
}

asio::awaitable<TimelinePage> RedisTimeline::page(TimelineFilter filter, std::string cursor,
                                                  std::size_t count) {
    TimelinePage page;
    page.cursor = cursor.empty() ? "+" : "(" + to_string(id_from(cursor, "not a cursor of this list"));
    const bool takes_all = filter.person.empty() && !filter.outcome;
    const auto looked_at = takes_all ? std::min(count, looked_at_at_once) : looked_at_at_once;
    const std::string outcome(filter.outcome ? to_string(*filter.outcome) : "");
    for (std::size_t seen = 0; seen < most_looked_at && page.items.size() < count; seen += looked_at) {
        Arguments values{page.cursor,
                         oldest_shown(),
                         std::to_string(looked_at),
                         std::to_string(count - page.items.size()),
                         filter.person,
                         outcome};
        const auto reply = co_await run(timeline_page_script, std::move(values));
        if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) break;
        std::ranges::move(parse_timeline(*reply->element[0]), std::back_inserter(page.items));
        const std::string last(shared::text(*reply->element[1]));
        page.cursor = last.empty() ? "" : "(" + last;
        if (last.empty()) break;
    }
    page.cursor.erase(0, 1);
    co_return page;
}

asio::awaitable<TimelineNews> RedisTimeline::after(std::string text, std::size_t count) {
    const auto id = id_from(text, "not the id of an entry of the timeline");
    Arguments values{to_string(id), std::to_string(count)};
    const auto reply = co_await run(timeline_after_script, std::move(values));
    TimelineNews news;
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2) co_return news;
    news.items = parse_timeline(*reply->element[0]);
    const auto first = parse_stream_id(shared::text(*reply->element[1]));
    // When the one with the id itself was trimmed, others behind it may have been, too.
    news.has_gap = id != StreamId{} && first && id < *first;
    co_return news;
}

asio::awaitable<std::string> RedisTimeline::newest() {
    const auto reply = co_await run(timeline_newest_script, {});
    co_return std::string(shared::text(*reply));
}

asio::awaitable<shared::ReplyPtr> RedisTimeline::run(const Script& script, Arguments values) {
    Arguments keys{timeline_key(connector_)};
    std::string refusal;
    try {
        co_return co_await client_.run(script, std::move(keys), std::move(values));
    } catch (const Error& error) {
        if (error.kind() != Error::Kind::wrong_type) throw;
        refusal = error.what();
    }
    const auto key = timeline_key(connector_);
    std::vector<OwnKey> own{{key, "stream", key}};
    co_await name_broken_key(client_, std::move(own), std::move(refusal));
    co_return nullptr;
}

}  // namespace redis
