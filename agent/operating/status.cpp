#include "operating/status.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "operating/shapes.hpp"
#include "redis/unix_ms.hpp"

namespace operating {
namespace {

namespace json = boost::json;

constexpr std::size_t minutes_of_a_rate = 5;

std::int64_t ms_of(SystemTime time) {
    return redis::unix_ms(time).count();
}

json::value ms_or_null(const std::optional<SystemTime>& time) {
    return time ? json::value(ms_of(*time)) : json::value(nullptr);
}

json::value count_or_null(const std::optional<std::int64_t>& number) {
    return number ? json::value(*number) : json::value(nullptr);
}

// Nothing of those that were not yet.
json::value ms_unless_zero(std::int64_t ms) {
    return ms > 0 ? json::value(ms) : json::value(nullptr);
}

json::value reason_of(const Dependency& dependency) {
    return dependency.reason.empty() ? json::value(nullptr) : json::value(json_text(dependency.reason));
}

json::object problem_json(const Problem& problem, const std::optional<redis::Backlog>& backlog) {
    json::object fix{{"text", json_text(problem.fix)}};
    if (problem.action != Action::none) fix["action"] = to_string(problem.action);
    fix["command"] = problem.command.empty() ? json::value(nullptr) : json::value(json_text(problem.command));
    return {{"id", problem.id},
            {"severity", problem.is_fatal ? "fail" : "warn"},
            {"sentence", json_text(problem.sentence)},
            {"since_ms", ms_or_null(problem.since)},
            {"waits", problem.holds_up && backlog ? json::value(backlog->webhooks) : json::value(nullptr)},
            {"fix", std::move(fix)}};
}

json::object minute_json(const Minute& minute) {
    return {{"minute_ms", ms_of(minute.begins)},
            {"received", minute.received},
            {"synced", minute.synced},
            {"dead", minute.dead},
            {"age_ms", minute.worst_age_ms < 0 ? json::value(nullptr) : json::value(minute.worst_age_ms)},
            {"calendly_calls", minute.calendly_calls},
            {"brevo_calls", minute.brevo_calls}};
}

double per_minute(const std::vector<Minute>& minutes, std::uint64_t Minute::*number) {
    const auto count = std::min(minutes.size(), minutes_of_a_rate);
    double sum = 0;
    for (std::size_t i = minutes.size() - count; i < minutes.size(); ++i)
        sum += static_cast<double>(minutes[i].*number);
    return count == 0 ? 0 : sum / static_cast<double>(minutes_of_a_rate);
}

json::object rates_json(const std::vector<Minute>& minutes) {
    json::array per;
    for (const auto& minute : minutes) per.push_back(minute_json(minute));
    return {{"received_per_minute", per_minute(minutes, &Minute::received)},
            {"synced_per_minute", per_minute(minutes, &Minute::synced)},
            {"per", std::move(per)}};
}

std::size_t place_of(const Observed& observed, std::string_view name) {
    const auto found = std::ranges::find(observed.dependencies, name, &Dependency::name);
    return static_cast<std::size_t>(found - observed.dependencies.begin());
}

json::object redis_json(const Observed& observed) {
    const auto at = place_of(observed, "redis");
    const auto& redis = observed.dependencies[at];
    return {{"up", redis.is_ok},
            {"reason", reason_of(redis)},
            {"since_ms", ms_of(observed.dependencies_since[at])}};
}

json::object api_json(const Observed& observed, std::string_view name) {
    const auto at = place_of(observed, name);
    const auto& api = observed.dependencies[at];
    return {
        {"state", json_text(api.state)},
        {"reason", reason_of(api)},
        {"since_ms", api.is_ok ? json::value(nullptr) : json::value(ms_of(observed.dependencies_since[at]))}};
}

json::object subscription_json(const Observed& observed) {
    const auto at = place_of(observed, "subscription");
    const auto& subscription = observed.dependencies[at];
    const auto& watch = observed.status.watch;
    const bool is_known = watch && watch->subscription;
    return {
        {"state", json_text(subscription.state)},
        {"reason", reason_of(subscription)},
        {"since_ms", is_known ? json::value(ms_of(observed.dependencies_since[at])) : json::value(nullptr)},
        {"checked_ms", watch ? ms_unless_zero(watch->checked_ms) : json::value(nullptr)}};
}

json::object edge_json(const Observed& observed) {
    const auto& edge = observed.dependencies[place_of(observed, "edge")];
    return {{"state", json_text(edge.state)}, {"reason", reason_of(edge)}};
}

json::object backlog_json(const Observed& observed, const std::optional<redis::Backlog>& backlog) {
    json::value entries(nullptr), oldest(nullptr);
    if (backlog) {
        entries = backlog->webhooks;
        oldest = count_or_null(backlog->oldest_ms);
    }
    return {{"entries", std::move(entries)},
            {"oldest_ms", std::move(oldest)},
            {"in_flight", observed.status.in_flight}};
}

json::object letters_json(const std::optional<redis::Backlog>& backlog) {
    if (!backlog) return {{"count", nullptr}, {"since_ms", nullptr}};
    return {{"count", backlog->dead_letters}, {"since_ms", count_or_null(backlog->dead_since_ms)}};
}

std::string sentence_of(const Observed& observed, const std::optional<redis::Backlog>& backlog) {
    std::optional<SystemTime> since;
    if (!observed.problems.empty()) since = observed.problems.front().since;
    std::optional<std::uint64_t> waits;
    if (backlog) waits = backlog->webhooks;
    return sentence_on(observed.problems, since, waits);
}

json::object connector_json(const Observed& observed, const std::optional<redis::Backlog>& backlog) {
    json::array problems;
    for (const auto& problem : observed.problems) problems.push_back(problem_json(problem, backlog));
    const auto& pace = observed.status.counters.pace;
    json::object last{{"received_ms", ms_unless_zero(pace.last_received_ms)},
                      {"synced_ms", ms_unless_zero(pace.last_synced_ms)}};
    json::object history{{"entries", backlog ? json::value(backlog->history) : json::value(nullptr)}};
    return {{"name", observed.status.name},
            {"verdict", to_string(observed.verdict)},
            {"since_ms", ms_of(observed.since)},
            {"sentence", json_text(sentence_of(observed, backlog))},
            {"ready", observed.verdict != Verdict::unhealthy},
            {"problems", std::move(problems)},
            {"redis", redis_json(observed)},
            {"edge", edge_json(observed)},
            {"calendly", api_json(observed, "calendly")},
            {"brevo", api_json(observed, "brevo")},
            {"subscription", subscription_json(observed)},
            {"paused", to_json(observed.status.pause)},
            {"backlog", backlog_json(observed, backlog)},
            {"history", std::move(history)},
            {"dead_letters", letters_json(backlog)},
            {"last", std::move(last)},
            {"rates", rates_json(observed.minutes)}};
}

json::array dependencies_json(const Observed& observed) {
    json::array array;
    for (std::size_t i = 0; i < observed.dependencies.size(); ++i) {
        const auto& dependency = observed.dependencies[i];
        array.push_back(
            json::object{{"name", dependency.name},
                         {"ok", dependency.is_ok},
                         {"reason", dependency.is_ok ? json::value(nullptr) : reason_of(dependency)},
                         {"since_ms", ms_of(observed.dependencies_since[i])}});
    }
    return array;
}

}  // namespace

json::object status_json(const Observer& observer, const StatusFacts& facts) {
    json::array agents, connectors;
    for (const auto& agent : facts.agents)
        agents.push_back(json::object{{"name", json_text(agent.name)},
                                      {"seen_ms", agent.seen_ms},
                                      {"version", json_text(agent.version)}});
    for (std::size_t i = 0; i < observer.connectors().size(); ++i)
        connectors.push_back(connector_json(observer.connectors()[i],
                                            i < facts.backlogs.size() ? facts.backlogs[i] : std::nullopt));
    return {{"verdict", to_string(observer.verdict())},
            {"since_ms", ms_of(observer.since())},
            {"version", json_text(facts.version)},
            {"agents", std::move(agents)},
            {"connectors", std::move(connectors)}};
}

Readiness readiness(const Observer& observer) {
    Readiness result{true, {}};
    json::array connectors;
    for (const auto& observed : observer.connectors()) {
        const bool is_connector_ready = observed.verdict != Verdict::unhealthy;
        result.is_ready = result.is_ready && is_connector_ready;
        connectors.push_back(json::object{{"name", observed.status.name},
                                          {"ready", is_connector_ready},
                                          {"dependencies", dependencies_json(observed)}});
    }
    result.json = {{"ready", result.is_ready}, {"connectors", std::move(connectors)}};
    return result;
}

std::string status_line(const Observer& observer) {
    const auto& all = observer.connectors();
    const auto worst = std::ranges::max_element(all, {}, &Observed::verdict);
    if (worst == all.end() || worst->verdict == Verdict::healthy) return "healthy: all is well";
    return fmt::format("{}: {}: {}", to_string(worst->verdict), worst->status.name,
                       sentence_of(*worst, std::nullopt));
}

}  // namespace operating
