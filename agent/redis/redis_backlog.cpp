#include "redis/redis_backlog.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include <fmt/format.h>

#include "redis/error.hpp"
#include "redis/history_store.hpp"
#include "redis/own_keys.hpp"
#include "redis/replies.hpp"
#include "redis/stream_id.hpp"
#include "shared/webhook_entry.hpp"

namespace redis {
namespace {

namespace asio = boost::asio;

// KEYS: webhooks, history, dead, what wants a reconciliation. ARGV: group. Length, first id and a time of its
// first entry, of each stream; name and idle time of each consumer. The bodies stay where they are.
const Script backlog_script(R"(
local function first_of(key, name)
  local entry = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
  if not entry then return '', '' end
  for i = 1, #entry[2], 2 do
    if entry[2][i] == name then return entry[1], entry[2][i + 1] end
  end
  return entry[1], ''
end
local told = {}
for i, name in ipairs({'received_ms', 'received_ms', 'failed_ms'}) do
  local id, at = first_of(KEYS[i], name)
  told[i] = {redis.call('XLEN', KEYS[i]), id, at}
end
local agents = {}
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if not consumers.err then
  for i, consumer in ipairs(consumers) do
    local name, idle
    for f = 1, #consumer, 2 do
      if consumer[f] == 'name' then name = consumer[f + 1] end
      if consumer[f] == 'idle' then idle = consumer[f + 1] end
    end
    agents[i] = {name, idle}
  end
end
return {told, agents, redis.call('GET', KEYS[4]) and 1 or 0}
)");

bool is_list_of(const redisReply& reply, std::size_t size) {
    return reply.type == REDIS_REPLY_ARRAY && reply.elements == size;
}

// The time that the entry tells, else that of its id. Nothing: there is no entry.
std::optional<std::int64_t> time_of_first(const redisReply& stream) {
    const auto id = parse_stream_id(shared::text(*stream.element[1]));
    if (!id) return std::nullopt;
    const auto told = number_in<std::int64_t>(shared::text(*stream.element[2]));
    return told > 0 ? told : static_cast<std::int64_t>(id->ms);
}

Backlog parse_backlog(const redisReply& reply) {
    Backlog backlog;
    if (!is_list_of(reply, 3) || !is_list_of(*reply.element[0], 3)) return backlog;
    const auto& streams = *reply.element[0];
    for (std::size_t i = 0; i < streams.elements; ++i)
        if (!is_list_of(*streams.element[i], 3)) return backlog;
    const auto length = [&](std::size_t i) {
        return static_cast<std::uint64_t>(streams.element[i]->element[0]->integer);
    };
    backlog.webhooks = length(0);
    backlog.oldest_ms = time_of_first(*streams.element[0]);
    backlog.history = length(1);
    backlog.history_oldest_ms = time_of_first(*streams.element[1]);
    backlog.dead_letters = length(2);
    backlog.dead_since_ms = time_of_first(*streams.element[2]);
    backlog.is_reconciliation_wanted = reply.element[2]->integer != 0;
    const auto& agents = *reply.element[1];
    for (std::size_t i = 0; agents.type == REDIS_REPLY_ARRAY && i < agents.elements; ++i)
        if (is_list_of(*agents.element[i], 2))
            backlog.agents.push_back({std::string(shared::text(*agents.element[i]->element[0])),
                                      agents.element[i]->element[1]->integer});
    return backlog;
}

// Redis 6.2 does not say NOPERM of a command in a script.
bool is_of_rights(const Error& error) {
    constexpr std::array<std::string_view, 3> signs = {"NOPERM", "ACL failure", "can't run this command"};
    const std::string_view what = error.what();
    return error.is_refusal() &&
           std::ranges::any_of(signs, [&](auto sign) { return what.find(sign) != what.npos; });
}

}  // namespace

asio::awaitable<Backlog> RedisBacklogGauge::look() {
    const auto webhooks = shared::webhooks_key(connector_);
    const auto history = shared::history_key(connector_);
    const auto dead = shared::dead_key(connector_);
    const std::function<OwnKeys()> own = [webhooks, history, dead] {
        return OwnKeys{{webhooks, "stream", webhooks}, {history, "stream", history}, {dead, "stream", dead}};
    };
    const auto wanted = shared::connector_key(connector_, history_name::reconcile_wanted);
    Arguments keys{webhooks, history, dead, wanted}, values{group};
    auto answer = client_.run(backlog_script, std::move(keys), std::move(values));
    shared::ReplyPtr reply;
    try {
        reply = co_await or_name_broken_key(client_, std::move(answer), own);
    } catch (const Error& error) {
        if (!is_of_rights(error)) throw;
        throw MissingRight(fmt::format("dead letters cannot be counted, the user needs +xlen and +xrange: {}",
                                       error.what()));
    }
    co_return parse_backlog(*reply);
}

}  // namespace redis
