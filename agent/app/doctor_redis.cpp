// Redis, and who reads the streams in it.
#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "app/connector_services.hpp"
#include "app/doctor.hpp"
#include "calendly/timestamp.hpp"
#include "http/client.hpp"
#include "redis/client.hpp"
#include "redis/error.hpp"
#include "redis/pause_switch.hpp"
#include "redis/stream_id.hpp"
#include "redis/unix_ms.hpp"
#include "rules/redis_check.hpp"
#include "shared/webhook_entry.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;
using rules::Finding;
using rules::Findings;

constexpr std::int64_t most_letters = 1000;  // that are read for their reasons
// An agent that waits for entries asks every few seconds.
constexpr std::chrono::milliseconds longest_idle = 30s;

// Of [[id, [field, value, ...]], ...] how often which reason stands there.
std::map<std::string, std::int64_t> reasons_in(const redisReply& reply) {
    std::map<std::string, std::int64_t> reasons;
    for (std::size_t i = 0; i < reply.elements; ++i) {
        const auto& fields = *reply.element[i]->element[1];
        for (std::size_t at = 0; at + 1 < fields.elements; at += 2)
            if (shared::text(*fields.element[at]) == shared::webhook_field::reason)
                ++reasons[std::string(shared::text(*fields.element[at + 1]))];
    }
    return reasons;
}

// Of XINFO CONSUMERS: how long the liveliest has been idle; nothing when there is none.
std::optional<std::chrono::milliseconds> least_idle(const redisReply& reply) {
    std::optional<std::chrono::milliseconds> least;
    for (std::size_t i = 0; i < reply.elements; ++i) {
        const auto& fields = *reply.element[i];
        for (std::size_t at = 0; at + 1 < fields.elements; at += 2) {
            if (shared::text(*fields.element[at]) != "idle") continue;
            const std::chrono::milliseconds idle(fields.element[at + 1]->integer);
            if (!least || idle < *least) least = idle;
        }
    }
    return least;
}

Finding not_running(const Patient& patient, std::string why) {
    const bool is_of_service = patient.config_path == "/etc/calendly-brevo/connector.yaml";
    return rules::failure("agent.running", "no agent reads the stream", std::move(why),
                          is_of_service
                              ? "systemctl start calendly-brevo, then journalctl -u calendly-brevo"
                              : fmt::format("calendly-brevo agent --config {}", patient.config_path));
}

}  // namespace

static asio::awaitable<std::int64_t> length_of(redis::Client& client, std::string key) {
    redis::Arguments arguments{"XLEN", std::move(key)};
    const auto reply = co_await client.command(std::move(arguments));
    co_return reply->integer;
}

static asio::awaitable<std::optional<std::chrono::milliseconds>> age_of_first(redis::Client& client,
                                                                              std::string stream) {
    redis::Arguments arguments{"XRANGE", std::move(stream), "-", "+", "COUNT", "1"};
    const auto first = co_await client.command(std::move(arguments));
    if (first->elements == 0 || first->element[0]->elements == 0) co_return std::nullopt;
    const std::chrono::milliseconds arrived(redis::ms_of(shared::text(*first->element[0]->element[0])));
    co_return std::max<std::chrono::milliseconds>(0ms, redis::unix_ms() - arrived);
}

static asio::awaitable<Finding> examine_backlog(redis::Client& client, std::string connector) {
    rules::Backlog backlog;
    backlog.webhooks = co_await length_of(client, shared::webhooks_key(connector));
    backlog.history = co_await length_of(client, shared::history_key(connector));
    backlog.oldest = co_await age_of_first(client, shared::webhooks_key(connector));
    backlog.oldest_history = co_await age_of_first(client, shared::history_key(connector));
    co_return rules::check_backlog(backlog);
}

static asio::awaitable<Finding> examine_dead_letters(redis::Client& client, std::string connector) {
    const auto count = co_await length_of(client, shared::dead_key(connector));
    redis::Arguments arguments{"XRANGE", shared::dead_key(connector), "-", "+", "COUNT"};
    arguments.push_back(std::to_string(most_letters));
    const auto letters = co_await client.command(std::move(arguments));
    co_return rules::check_dead_letters(count, reasons_in(*letters));
}

// Nothing when the command is not refused.
static asio::awaitable<std::string> refusal_of(redis::Client& client, std::string command) {
    try {
        redis::Arguments arguments{std::move(command)};
        co_await client.command(std::move(arguments));
    } catch (const redis::Error& error) {
        if (error.kind() == redis::Error::Kind::connection) throw;
        co_return error.what();
    }
    co_return "";
}

static asio::awaitable<Findings> examine_info(redis::Client& client) {
    redis::Arguments arguments{"INFO"};
    const auto reply = co_await client.command(std::move(arguments));
    const auto info = rules::parse_redis_info(shared::text(*reply));
    auto findings = rules::check_redis_server(info);
    std::string refusal;
    if (rules::is_of_cluster(info)) refusal = co_await refusal_of(client, "ASKING");
    findings.push_back(rules::check_cluster(info, refusal));
    co_return findings;
}

// INFO is a right of its own, which the agent's user need not have.
static asio::awaitable<Findings> examine_server(redis::Client& client) {
    std::string refusal;
    try {
        co_return co_await examine_info(client);
    } catch (const redis::Error& error) {
        if (!error.is_refusal()) throw;
        refusal = error.what();
    }
    Findings findings;
    for (const auto* id :
         {"redis.version", "redis.eviction", "redis.persistence", "redis.memory", "redis.cluster"})
        findings.push_back(
            rules::unknown(id, refusal, "give the agent's user of Redis the right +info (conf/redis)"));
    co_return findings;
}

// A Redis that answers and does not serve the connector's keys is one node of a cluster without another one,
// or is about to be there.
static Finding streams_not_read(const redis::Error& error) {
    constexpr auto id = "redis.backlog";
    if (error.is_refusal())
        return rules::unknown(id, error.what(), "look at the key and at the rights of the agent's user");
    return rules::failure(
        id, "Redis does not serve the connector's keys", error.what(),
        "of a cluster, redis-cli --cluster check <host>:<port> names the node that is down: "
        "start it or promote a replica");
}

asio::awaitable<void> examine_redis(Patient patient, Findings& findings) {
    auto& client = patient.services.redis();
    const auto& connector = patient.connector.name;
    try {
        redis::Arguments ping{"PING"};
        co_await client.command(std::move(ping));
        findings.push_back(rules::well("redis.reachable", "Redis answers"));
        auto server = co_await examine_server(client);
        for (auto& finding : server) findings.push_back(std::move(finding));
        auto backlog = co_await examine_backlog(client, connector);
        findings.push_back(std::move(backlog));
        auto letters = co_await examine_dead_letters(client, connector);
        findings.push_back(std::move(letters));
    } catch (const redis::Error& error) {
        const bool is_reached = !findings.empty();
        findings.push_back(is_reached
                               ? streams_not_read(error)
                               : rules::failure("redis.reachable", "Redis cannot be used", error.what(),
                                                "look at redis: in the configuration, and whether "
                                                "Redis runs"));
    }
}

// An agent that is told to read nothing is alive, and no booking arrives.
static asio::awaitable<std::optional<Finding>> examine_pause(Patient patient) {
    const auto pause = co_await patient.services.pause_switch().state();
    if (!pause) co_return std::nullopt;
    const calendly::Timestamp since{std::chrono::milliseconds(pause->since_ms)};
    const auto why = fmt::format("since {} by {}{}{}", calendly::to_string(since), pause->by,
                                 pause->reason.empty() ? "" : ": ", pause->reason);
    co_return rules::failure("agent.running", "the connector is paused, no agent reads anything new", why,
                             "calendly-brevo resume ends the pause");
}

static asio::awaitable<Finding> examine_running(Patient patient) {
    redis::Arguments arguments{"XINFO", "CONSUMERS", shared::webhooks_key(patient.connector.name)};
    arguments.emplace_back(shared::webhook_group);
    std::string trouble;
    try {
        auto pause = co_await examine_pause(patient);
        if (pause) co_return std::move(*pause);
        const auto consumers = co_await patient.services.redis().command(std::move(arguments));
        const auto idle = least_idle(*consumers);
        if (!idle) co_return not_running(patient, "nobody has joined the consumer group");
        if (*idle <= longest_idle) co_return rules::well("agent.running", "an agent reads the stream");
        co_return not_running(patient, fmt::format("the last sign of one is {} s old",
                                          std::chrono::floor<std::chrono::seconds>(*idle).count()));
    } catch (const redis::Error& error) {
        trouble = error.what();
        if (!error.is_refusal()) co_return rules::unknown("agent.running", trouble, "see redis.reachable");
        const bool is_new =
            trouble.find("NOGROUP") != trouble.npos || trouble.find("no such key") != trouble.npos;
        if (is_new) trouble = "none has ever run for this connector in this Redis";
    }
    co_return not_running(patient, trouble);
}

// {"connectors": {<name>: {"parked": {<api>: reason}, "parked_since": {<api>: time}}}}, see web/health.hpp.
static Finding read_parked(std::string_view health, const std::string& connector, const std::string& asked) {
    constexpr auto id = "agent.parked";
    boost::system::error_code error;
    const auto value = json::parse({health.data(), health.size()}, error);
    const auto* parked = error ? nullptr : value.find_pointer("/connectors/" + connector + "/parked", error);
    if (!parked || !parked->is_object())
        return rules::unknown(id, asked + " does not tell of this connector",
                              "is it another configuration's agent that answers there?");
    if (parked->get_object().empty()) return rules::well(id, "no API is parked");
    std::string which, why;
    const auto* since = value.find_pointer("/connectors/" + connector + "/parked_since", error);
    for (const auto& [api, reason] : parked->get_object()) {
        which += (which.empty() ? "" : ", ") + std::string(api);
        const auto* time = since && since->is_object() ? since->get_object().if_contains(api) : nullptr;
        if (time && time->is_string()) which += fmt::format(" (since {})", time->get_string().c_str());
        why += (why.empty() ? "" : "; ") + std::string(reason.is_string() ? reason.as_string().c_str() : "");
    }
    return rules::failure(id, which + " refuses us, nothing is read meanwhile", why,
                          "mend the token or key; the agent tries again every minute by itself");
}

static asio::awaitable<Finding> examine_parked(Patient patient) {
    const auto& admin = patient.configuration.admin;
    const bool is_v6 = admin.listen.ip.find(':') != std::string::npos;
    const auto host = is_v6 ? "[" + admin.listen.ip + "]" : admin.listen.ip;
    const auto asked = fmt::format("http://{}:{}/health", host, admin.listen.port);
    http::Url url{false, admin.listen.ip, std::to_string(admin.listen.port), ""};
    http::Client client(patient.executor, url, http::ClientOptions{.max_idle = 0});
    http::Request request(http::Verb::get, "/health", 11);
    request.set(http::Field::connection, "close");
    if (!admin.token.empty()) request.set(http::Field::authorization, "Bearer " + admin.token);
    const auto always = [] { return true; };
    const auto response = co_await client.send(std::move(request), always, true);
    if (!response)
        co_return rules::unknown("agent.parked", fmt::format("{}: {}", asked, response.error().message()),
                                 "ask on the machine of the agent, or start it");
    co_return read_parked(response->body(), patient.connector.name, asked);
}

asio::awaitable<void> examine_agent(Patient patient, Findings& findings) {
    auto running = co_await examine_running(patient);
    findings.push_back(std::move(running));
    auto parked = co_await examine_parked(patient);
    findings.push_back(std::move(parked));
}

}  // namespace app
