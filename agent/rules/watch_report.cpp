#include "rules/watch_report.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

namespace rules {
namespace {

namespace json = boost::json;

struct EdgeName {
    EdgeState state;
    std::string_view text;
};
constexpr std::array edge_names = {
    EdgeName{EdgeState::unknown, "unknown"},
    EdgeName{EdgeState::ok, "ok"},
    EdgeName{EdgeState::doubtful, "doubtful"},
    EdgeName{EdgeState::broken, "broken"},
};

std::string text_at(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<SubscriptionState> state_named(std::string_view text) {
    for (const auto state : all_subscription_states)
        if (to_string(state) == text) return state;
    return std::nullopt;
}

}  // namespace

bool WatchReport::do_bookings_arrive() const noexcept {
    return subscription != SubscriptionState::missing && subscription != SubscriptionState::disabled &&
           edge != EdgeState::broken;
}

bool WatchReport::is_well() const noexcept {
    const bool is_subscription_well =
        !subscription || subscription == SubscriptionState::ok || subscription == SubscriptionState::retrying;
    return is_subscription_well && edge != EdgeState::doubtful && edge != EdgeState::broken;
}

std::string_view subscription_text(const WatchReport& report) noexcept {
    return report.subscription ? to_string(*report.subscription) : "unknown";
}

std::string_view edge_text(const WatchReport& report) noexcept {
    if (!report.edge_problem.empty()) return report.edge_problem;
    return report.edge == EdgeState::ok ? "ok" : "unknown";
}

std::string serialize(const WatchReport& report) {
    const auto edge = std::ranges::find(edge_names, report.edge, &EdgeName::state);
    return json::serialize(json::object{{"subscription", subscription_text(report)},
                                        {"edge", edge->text},
                                        {"edge_problem", report.edge_problem}});
}

WatchReport parse_watch_report(std::string_view text) {
    WatchReport report;
    boost::system::error_code error;
    const auto value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return report;
    const auto& object = value.get_object();
    report.subscription = state_named(text_at(object, "subscription"));
    const auto edge = std::ranges::find(edge_names, text_at(object, "edge"), &EdgeName::text);
    if (edge != edge_names.end()) report.edge = edge->state;
    report.edge_problem = text_at(object, "edge_problem");
    return report;
}

}  // namespace rules
