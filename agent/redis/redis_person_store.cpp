#include "redis/redis_person_store.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "redis/error.hpp"
#include "redis/own_keys.hpp"
#include "redis/timeline_script.hpp"
#include "shared/webhook_entry.hpp"
#include "text/mask.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

// A Redis without memory refuses SET and XADD in a script, unless the script has written before. XACK is
// always allowed, so each script that writes begins with one that acknowledges nothing. Redis does not undo a
// script that fails halfway: entries are acknowledged last, so that they stay pending then.

// No agent takes a lease for longer than the lease time: one that lasts longer, or for ever, is of somebody
// else and ends then, too; the time is negative. A webhook that is refused says that it waits, and until it
// has the lease history is refused. KEYS: stream, person, lease, wanted. ARGV: group, agent, token, lease
// time in ms, "1" for a webhook.
const Script acquire_script(R"(
redis.call('XACK', KEYS[1], ARGV[1], '0-0')
local holder = redis.call('GET', KEYS[3])
if holder and string.sub(holder, 1, #ARGV[2]) ~= ARGV[2] then
  if ARGV[5] == '1' then redis.call('SET', KEYS[4], '1', 'PX', ARGV[4]) end
  local left = redis.call('PTTL', KEYS[3])
  if left >= 0 and left <= tonumber(ARGV[4]) then return left end
  redis.call('PEXPIRE', KEYS[3], ARGV[4])
  return -tonumber(ARGV[4])
end
if ARGV[5] == '1' then
  redis.call('DEL', KEYS[4])
elseif redis.call('GET', KEYS[4]) then
  return math.max(redis.call('PTTL', KEYS[4]), 1)
end
redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[4])
return redis.call('HMGET', KEYS[2], 'ledger', 'progress')
)");

// KEYS: people. Of a key that is no hash, 0.
const Script peek_script(R"(
local people = {}
for i, key in ipairs(KEYS) do
  local stored = redis.pcall('HMGET', key, 'ledger', 'progress')
  if stored.err then people[i] = 0 else people[i] = stored end
end
return people
)");

// One key that is no lease any more must not keep the others from being renewed. A lease that somebody waits
// for is 2, one that is merely held 1. KEYS: leases, and as many that say whether they are wanted. ARGV:
// lease time in ms (0: the lease ends), tokens in the order of the leases.
const Script renew_script(R"(
local held = {}
local count = #KEYS / 2
for i = 1, count do
  held[i] = 0
  if redis.pcall('GET', KEYS[i]) == ARGV[i + 1] then held[i] = redis.call('PEXPIRE', KEYS[i], ARGV[1]) end
  if held[i] == 1 and type(redis.pcall('GET', KEYS[count + i])) == 'string' then held[i] = 2 end
end
return held
)");

// KEYS: stream, person, lease. ARGV: group, token, lifetime in ms, progress.
const Script record_script(R"(
if redis.call('GET', KEYS[3]) ~= ARGV[2] then return 0 end
redis.call('XACK', KEYS[1], ARGV[1], '0-0')
redis.call('HSET', KEYS[2], 'progress', ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
)");

// All people or none: nobody may be done with a change of which somebody else whom it concerns does not know.
// So it is asked first, with a field that is not there, whether each key is a hash.
// KEYS: stream, timeline, and of each person: person, lease. ARGV: group, lifetime in ms, where the timeline
// begins, where the ids of the entries begin, of each person: token, progress, ledger; the timeline, ids...
// "" is not written. Beside 1: what Redis says when it refuses the timeline.
const Script commit_script(write_timeline_lua() + R"(
local people = {}
for i = 3, #KEYS, 2 do
  local at = 5 + 3 * #people
  if redis.call('GET', KEYS[i + 1]) ~= ARGV[at] then return 0 end
  redis.call('HMGET', KEYS[i], '')
  people[#people + 1] = {key = KEYS[i], lease = KEYS[i + 1], progress = ARGV[at + 1], ledger = ARGV[at + 2]}
end
redis.call('XACK', KEYS[1], ARGV[1], '0-0')
for _, person in ipairs(people) do
  if person.progress == '' then
    redis.call('HDEL', person.key, 'progress')
  else
    redis.call('HSET', person.key, 'progress', person.progress)
  end
  if person.ledger ~= '' then redis.call('HSET', person.key, 'ledger', person.ledger) end
  redis.call('PEXPIRE', person.key, ARGV[2])
end
local refusal = write_timeline(KEYS[2], tonumber(ARGV[3]), ARGV[4] - 1)
for i = tonumber(ARGV[4]), #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
end
for _, person in ipairs(people) do redis.call('DEL', person.lease) end
return refusal or 1
)");

std::string field(const redisReply& reply, std::size_t index) {
    if (reply.type != REDIS_REPLY_ARRAY || index >= reply.elements) return {};
    return std::string(shared::text(*reply.element[index]));
}

std::string shown_key(const std::string& connector, std::string_view kind, const std::string& person) {
    return shared::connector_key(connector, fmt::format("{}:{}", kind, text::mask_email(person)));
}

}  // namespace

RedisPersonStore::RedisPersonStore(Client& client, std::string connector, std::string agent,
                                   std::chrono::hours retention, std::string stream,
                                   const config::Timeline& timeline)
    : client_(client),
      connector_(std::move(connector)),
      agent_(std::move(agent)),
      retention_(retention),
      stream_(std::move(stream)),
      timeline_(timeline) {}

std::string RedisPersonStore::person_key(const std::string& person) const {
    return shared::connector_key(connector_, "person:" + person);
}

std::string RedisPersonStore::lease_key(const std::string& person) const {
    return shared::connector_key(connector_, "lease:" + person);
}

std::string RedisPersonStore::wanted_key(const std::string& person) const {
    return shared::connector_key(connector_, "wanted:" + person);
}

Arguments RedisPersonStore::keys_of(const std::string& person) const {
    return {stream_, person_key(person), lease_key(person)};
}

std::string RedisPersonStore::lifetime_ms() const {
    return in_ms(retention_);
}

asio::awaitable<Acquired> RedisPersonStore::acquire(std::string person, ServiceClass service) {
    const auto owner = agent_ + "/";
    Acquired acquired;
    acquired.lease = {person, owner + std::to_string(++leases_taken_)};
    auto keys = keys_of(person);
    keys.push_back(wanted_key(person));
    Arguments values{group, owner, acquired.lease.token, in_ms(lease_time),
                     service == ServiceClass::webhook ? "1" : "0"};
    const std::vector<std::string> people(1, person);
    const auto reply = co_await run(acquire_script, people, std::move(keys), std::move(values));
    acquired.is_held = reply->type == REDIS_REPLY_ARRAY;
    if (acquired.is_held) {
        acquired.stored = {field(*reply, 0), field(*reply, 1)};
    } else {
        if (reply->integer < 0) note_lease(person);
        acquired.others_for = std::chrono::milliseconds(std::abs(reply->integer));
    }
    co_return acquired;
}

void RedisPersonStore::note_lease(const std::string& person) {
    limited_log_.warn("lease", fmt::format("{} lasted longer than any agent's lease: it ends in {} s",
                                           shown_key(connector_, "lease", person), lease_time.count()));
}

void RedisPersonStore::note_timeline(const std::string& refusal) {
    limited_log_.warn("timeline",
                      fmt::format("bookings are synced, but {} cannot be written: {}; look at it with TYPE, "
                                  "and rename or delete what is no stream",
                                  timeline_key(connector_), refusal));
}

OwnKeys RedisPersonStore::own_keys_of(const std::vector<std::string>& people) const {
    OwnKeys keys;
    for (const auto& person : people) {
        keys.push_back({lease_key(person), "string", shown_key(connector_, "lease", person)});
        keys.push_back({person_key(person), "hash", shown_key(connector_, "person", person)});
    }
    keys.push_back({stream_, "stream", stream_});
    return keys;
}

// Whoever calls it keeps `people` until the answer is there.
asio::awaitable<shared::ReplyPtr> RedisPersonStore::run(const Script& script,
                                                        const std::vector<std::string>& people,
                                                        Arguments keys, Arguments values) {
    return or_name_broken_key(client_, client_.run(script, std::move(keys), std::move(values)),
                              [this, &people] { return own_keys_of(people); });
}

asio::awaitable<std::vector<std::optional<StoredPerson>>> RedisPersonStore::peek(
    std::vector<std::string> people) {
    std::vector<std::optional<StoredPerson>> stored(people.size());
    if (people.empty()) co_return stored;
    Arguments keys;
    for (const auto& person : people) keys.push_back(person_key(person));
    const auto reply = co_await client_.run(peek_script, std::move(keys), Arguments{});
    for (std::size_t i = 0; i < stored.size() && i < reply->elements; ++i)
        if (reply->element[i]->type == REDIS_REPLY_ARRAY)
            stored[i] = {field(*reply->element[i], 0), field(*reply->element[i], 1)};
    co_return stored;
}

asio::awaitable<std::vector<Renewed>> RedisPersonStore::renew(std::vector<Lease> leases) {
    Arguments keys;
    Arguments values{in_ms(lease_time)};
    append(leases, keys, values);
    const auto reply = co_await client_.run(renew_script, std::move(keys), std::move(values));
    std::vector<Renewed> renewed(leases.size(), Renewed::lost);
    for (std::size_t i = 0; i < renewed.size() && i < reply->elements; ++i) {
        const auto held = reply->element[i]->integer;
        if (held > 0) renewed[i] = held == 2 ? Renewed::wanted : Renewed::held;
    }
    co_return renewed;
}

asio::awaitable<void> RedisPersonStore::release(std::vector<Lease> leases) {
    Arguments keys;
    Arguments values{"0"};
    append(leases, keys, values);
    co_await client_.run(renew_script, std::move(keys), std::move(values));
}

void RedisPersonStore::append(const std::vector<Lease>& leases, Arguments& keys, Arguments& values) const {
    for (const auto& lease : leases) {
        keys.push_back(lease_key(lease.person));
        values.push_back(lease.token);
    }
    for (const auto& lease : leases) keys.push_back(wanted_key(lease.person));
}

asio::awaitable<bool> RedisPersonStore::record(Lease lease, std::string progress) {
    auto keys = keys_of(lease.person);
    Arguments values{group, std::move(lease.token), lifetime_ms(), std::move(progress)};
    const std::vector<std::string> people(1, lease.person);
    const auto reply = co_await run(record_script, people, std::move(keys), std::move(values));
    co_return reply->integer == 1;
}

asio::awaitable<bool> RedisPersonStore::commit(Commit commit) {
    Arguments keys{stream_, timeline_key(connector_)};
    Arguments values{group, lifetime_ms(), "", ""};
    std::vector<std::string> people;
    for (auto& one : commit.people) {
        const auto& person = people.emplace_back(one.lease.person);
        keys.insert(keys.end(), {person_key(person), lease_key(person)});
        for (auto* value : {&one.lease.token, &one.progress, &one.ledger})
            values.push_back(std::move(*value));
    }
    values[2] = std::to_string(values.size() + 1);
    append_timeline(values, commit.timeline, timeline_);
    values[3] = std::to_string(values.size() + 1);
    values.insert(values.end(), commit.entry_ids.begin(), commit.entry_ids.end());
    const auto reply = co_await run(commit_script, people, std::move(keys), std::move(values));
    if (reply->type == REDIS_REPLY_STRING) note_timeline(std::string(shared::text(*reply)));
    co_return reply->type == REDIS_REPLY_STRING || reply->integer == 1;
}

}  // namespace redis
