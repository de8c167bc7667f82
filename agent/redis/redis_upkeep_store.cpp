#include "redis/redis_upkeep_store.hpp"

#include <fmt/format.h>

#include "redis/error.hpp"
#include "redis/history_store.hpp"
#include "redis/lock_scripts.hpp"
#include "redis/unix_ms.hpp"
#include "shared/webhook_entry.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds probe_lasts = 60s;
constexpr std::chrono::milliseconds wish_lasts = 24h;

const std::string guardian_key = "guardian";
const std::string report_key = "guardian:report";
const std::string repair_key = "guardian:repair";
const std::string rotation_key = "rotation";

std::string probe_key(const std::string& id) {
    return "probe:" + id;
}

}  // namespace

RedisUpkeepStore::RedisUpkeepStore(Client& client, std::string connector, std::string agent)
    : client_(client), connector_(std::move(connector)), agent_(std::move(agent)) {}

std::string RedisUpkeepStore::key(const std::string& suffix) const {
    return shared::connector_key(connector_, suffix);
}

asio::awaitable<std::optional<std::string>> RedisUpkeepStore::get(std::string suffix) {
    Arguments arguments{"GET", key(suffix)};
    const auto reply = co_await client_.command(std::move(arguments));
    if (reply->type != REDIS_REPLY_STRING) co_return std::nullopt;
    co_return std::string(shared::text(*reply));
}

asio::awaitable<void> RedisUpkeepStore::set(std::string suffix, std::string value,
                                            std::chrono::milliseconds duration) {
    Arguments arguments{"SET", key(suffix), std::move(value), "PX", in_ms(duration)};
    co_await client_.command(std::move(arguments));
}

asio::awaitable<void> RedisUpkeepStore::remove(std::string suffix) {
    Arguments arguments{"DEL", key(suffix)};
    co_await client_.command(std::move(arguments));
}

asio::awaitable<void> RedisUpkeepStore::note_probe(std::string id) {
    return set(probe_key(id), agent_, probe_lasts);
}

asio::awaitable<bool> RedisUpkeepStore::has_arrived(std::string id) {
    const auto noted = co_await get(probe_key(id));
    co_return noted.has_value();
}

asio::awaitable<bool> RedisUpkeepStore::watch(std::chrono::milliseconds duration) {
    Arguments keys{key(guardian_key)};
    Arguments values{agent_, in_ms(duration)};
    const auto reply = co_await client_.run(take_lock_script, std::move(keys), std::move(values));
    co_return reply->integer == 1;
}

asio::awaitable<void> RedisUpkeepStore::stop_watching() {
    Arguments keys{key(guardian_key)};
    Arguments values{agent_};
    co_await client_.run(release_lock_script, std::move(keys), std::move(values));
}

asio::awaitable<void> RedisUpkeepStore::report(std::string found, std::chrono::milliseconds duration) {
    return set(report_key, std::move(found), duration);
}

asio::awaitable<std::optional<std::string>> RedisUpkeepStore::last_report() {
    return get(report_key);
}

asio::awaitable<bool> RedisUpkeepStore::begin_repair(std::chrono::milliseconds duration) {
    Arguments arguments{"SET", key(repair_key), agent_, "NX", "PX", in_ms(duration)};
    const auto reply = co_await client_.command(std::move(arguments));
    co_return reply->type == REDIS_REPLY_STATUS;
}

asio::awaitable<void> RedisUpkeepStore::note_repair(std::chrono::milliseconds duration) {
    return set(repair_key, agent_, duration);
}

asio::awaitable<void> RedisUpkeepStore::forget_repair() {
    return remove(repair_key);
}

asio::awaitable<void> RedisUpkeepStore::want_reconciliation(std::string reason) {
    // A wish that comes while an earlier one is fulfilled is another one.
    auto wish = fmt::format("{} (at {})", reason, unix_ms().count());
    return set(history_name::reconcile_wanted, std::move(wish), wish_lasts);
}

asio::awaitable<std::optional<std::string>> RedisUpkeepStore::rotation() {
    return get(rotation_key);
}

asio::awaitable<void> RedisUpkeepStore::set_rotation(std::string state) {
    Arguments arguments{"SET", key(rotation_key), std::move(state)};
    co_await client_.command(std::move(arguments));
}

asio::awaitable<void> RedisUpkeepStore::clear_rotation() {
    return remove(rotation_key);
}

}  // namespace redis
