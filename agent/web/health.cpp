#include "web/health.hpp"

#include <algorithm>
#include <chrono>

#include <boost/json.hpp>

#include "calendly/timestamp.hpp"

namespace web {
namespace {

namespace json = boost::json;

std::string iso(std::chrono::system_clock::time_point time) {
    return calendly::to_string(std::chrono::floor<std::chrono::microseconds>(time));
}

json::object to_json(const syncing::Buried& letters) {
    json::object object{{"count", letters.count}, {"since", nullptr}};
    if (letters.count > 0) object["since"] = iso(letters.since);
    return object;
}

json::array to_json(const std::vector<syncing::TroubleReport>& troubles) {
    json::array array;
    for (const auto& report : troubles)
        array.push_back(json::object{{"kind", to_string(report.kind)},
                                     {"cause", report.cause},
                                     {"pieces", report.pieces},
                                     {"since", iso(report.since)}});
    return array;
}

// Values that contacts were written without since the start. Told, and no trouble: one person's phone number
// may be another's, too.
json::object left_out(const syncing::Counters& counters) {
    json::object counts;
    for (const auto& [cause, count] : counters.fallbacks)
        if (cause.fallback == syncing::Fallback::attribute_refused ||
            cause.fallback == syncing::Fallback::value_left_out)
            counts[to_string(cause)] = count;
    return counts;
}

// null: nobody watches over it.
json::value subscription_of(const syncing::ConnectorStatus& connector) {
    return connector.watch ? json::value(subscription_text(*connector.watch)) : json::value(nullptr);
}

json::value edge_of(const syncing::ConnectorStatus& connector) {
    return connector.watch ? json::value(edge_text(*connector.watch)) : json::value(nullptr);
}

json::object to_json(const syncing::ConnectorStatus& connector) {
    json::object parked, parked_since;
    json::array resting;
    for (const auto api : api::all_apis) {
        const auto& state = connector.apis.of(api);
        if (state.is_parked()) {
            parked[to_string(api)] = *state.parked;
            if (state.parked_since) parked_since[to_string(api)] = iso(*state.parked_since);
        }
        if (state.is_resting) resting.emplace_back(to_string(api));
    }
    return {{"redis_up", connector.redis_up},
            {"in_flight", connector.in_flight},
            {"parked", parked},
            {"parked_since", parked_since},
            {"resting", resting},
            {"stuck", connector.apis.stuck()},
            {"subscription", subscription_of(connector)},
            {"edge", edge_of(connector)},
            {"mapping_problem", connector.mapping_problem},
            {"account_problem", connector.account_problem},
            {"left_out", left_out(connector.counters)},
            {"dead_letters", to_json(connector.dead_letters)},
            {"troubles", to_json(connector.troubles)}};
}

// The worst of all connectors.
Verdict worst_of(const std::vector<syncing::ConnectorStatus>& connectors) {
    auto worst = Verdict::healthy;
    for (const auto& connector : connectors) worst = std::max(worst, verdict_on(connector));
    return worst;
}

}  // namespace

Health health_of(const std::vector<syncing::ConnectorStatus>& connectors) {
    const auto verdict = worst_of(connectors);
    json::object details;
    for (const auto& connector : connectors) details[connector.name] = to_json(connector);
    const bool is_healthy = verdict == Verdict::healthy;
    return {is_healthy,
            json::serialize(json::object{
                {"healthy", is_healthy}, {"status", to_string(verdict)}, {"connectors", details}})};
}

}  // namespace web
