#include "redis/store.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

const std::string group(shared::webhook_group);

// Every script begins with XACK, which a full Redis allows; after a first write, even of nothing, it allows
// the rest.

// KEYS: stream, ledger. ARGV: group, loaded revision, ledger, lifetime in ms, ids...
const Script commit_script(R"(
local revision = redis.call('HGET', KEYS[2], 'revision') or ''
if revision ~= ARGV[2] then return 0 end
redis.call('XACK', KEYS[1], ARGV[1], '0-0')
for i = 5, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[i])
  redis.call('XDEL', KEYS[1], ARGV[i])
end
redis.call('HSET', KEYS[2], 'ledger', ARGV[3], 'revision', (tonumber(revision) or 0) + 1)
redis.call('PEXPIRE', KEYS[2], ARGV[4])
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

// KEYS: stream, dead letters. ARGV: group, id, field, value, ... An entry that is no longer there was moved
// before.
const Script bury_script(R"(
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if redis.call('XDEL', KEYS[1], ARGV[2]) == 0 then return 0 end
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
return 1
)");

std::string field(const redisReply& reply, std::size_t index) {
    if (reply.type != REDIS_REPLY_ARRAY || index >= reply.elements) return {};
    return std::string(shared::text(*reply.element[index]));
}

std::string now_ms() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace

RedisStore::RedisStore(Client& client, std::string connector, std::chrono::hours retention)
    : client_(client), connector_(std::move(connector)), retention_(retention) {}

std::string RedisStore::person_key(const std::string& person) const {
    return shared::connector_key(connector_, "person:" + person);
}

asio::awaitable<StoredLedger> RedisStore::load(std::string person) {
    Arguments arguments{"HMGET", person_key(person), "ledger", "revision"};
    const auto reply = co_await client_.command(std::move(arguments));
    co_return StoredLedger{field(*reply, 0), field(*reply, 1)};
}

asio::awaitable<bool> RedisStore::commit(std::string person, StoredLedger loaded, std::string json,
                                         std::vector<std::string> entry_ids) {
    Arguments keys{shared::webhooks_key(connector_), person_key(person)};
    const std::chrono::milliseconds lifetime = retention_;
    Arguments values{group, loaded.revision, std::move(json), std::to_string(lifetime.count())};
    values.insert(values.end(), entry_ids.begin(), entry_ids.end());
    const auto reply = co_await client_.run(commit_script, std::move(keys), std::move(values));
    co_return reply->integer == 1;
}

asio::awaitable<void> RedisStore::discard(std::vector<std::string> entry_ids) {
    Arguments keys{shared::webhooks_key(connector_)};
    Arguments values{group};
    values.insert(values.end(), entry_ids.begin(), entry_ids.end());
    co_await client_.run(discard_script, std::move(keys), std::move(values));
}

asio::awaitable<void> RedisStore::bury(DeadLetter letter) {
    Arguments keys{shared::webhooks_key(connector_), shared::dead_key(connector_)};
    Arguments values{group, letter.entry.id};
    const std::pair<std::string_view, std::string> fields[] = {
        {"body", letter.entry.body},
        {"t", letter.entry.t},
        {"received_ms", std::to_string(letter.entry.received_ms)},
        {"key", letter.entry.key},
        {"reason", letter.reason},
        {"attempts", std::to_string(letter.attempts)},
        {"failed_ms", now_ms()},
        {"response", letter.response},
        {"origin_id", letter.entry.id},
    };
    for (const auto& [name, value] : fields) {
        values.emplace_back(name);
        values.push_back(value);
    }
    co_await client_.run(bury_script, std::move(keys), std::move(values));
}

}  // namespace redis
