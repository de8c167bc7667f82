#include "rules/watch_report.hpp"

#include <array>

#include <boost/json.hpp>

#include "text/names.hpp"

namespace rules {
namespace {

namespace json = boost::json;

constexpr std::array edge_names = {
    text::Named{EdgeState::unknown, "unknown"},
    text::Named{EdgeState::ok, "ok"},
    text::Named{EdgeState::doubtful, "doubtful"},
    text::Named{EdgeState::broken, "broken"},
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
    return json::serialize(json::object{{"subscription", subscription_text(report)},
                                        {"edge", text::name_of(report.edge, edge_names)},
                                        {"edge_problem", report.edge_problem},
                                        {"checked_ms", report.checked_ms}});
}

WatchReport parse_watch_report(std::string_view text) {
    WatchReport report;
    boost::system::error_code error;
    const auto value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return report;
    const auto& object = value.get_object();
    report.subscription = state_named(text_at(object, "subscription"));
    report.edge = text::named(text_at(object, "edge"), edge_names).value_or(report.edge);
    report.edge_problem = text_at(object, "edge_problem");
    if (const auto* checked = object.if_contains("checked_ms"); checked && checked->is_int64())
        report.checked_ms = checked->get_int64();
    return report;
}

}  // namespace rules
