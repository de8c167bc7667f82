#include "web/health.hpp"

#include <boost/json.hpp>

namespace web {
namespace {

namespace json = boost::json;

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

json::object to_json(const syncing::ConnectorStatus& connector) {
    json::object parked;
    json::array resting;
    for (const auto api : api::all_apis) {
        const auto& state = connector.apis.of(api);
        if (state.is_parked()) parked[to_string(api)] = *state.parked;
        if (state.is_resting) resting.emplace_back(to_string(api));
    }
    return {{"redis_up", connector.redis_up},
            {"in_flight", connector.in_flight},
            {"parked", parked},
            {"resting", resting},
            {"mapping_problem", connector.mapping_problem},
            {"left_out", left_out(connector.counters)}};
}

}  // namespace

bool is_healthy(const syncing::ConnectorStatus& connector) {
    return connector.redis_up && connector.apis.are_all_well() && connector.mapping_problem.empty();
}

Health health_of(const std::vector<syncing::ConnectorStatus>& connectors) {
    Health health{true, {}};
    json::object details;
    for (const auto& connector : connectors) {
        details[connector.name] = to_json(connector);
        health.is_healthy = health.is_healthy && is_healthy(connector);
    }
    health.json = json::serialize(json::object{{"healthy", health.is_healthy}, {"connectors", details}});
    return health;
}

}  // namespace web
