#include "rules/timeline_entry.hpp"

#include <algorithm>
#include <array>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_from.hpp>

#include "text/names.hpp"

namespace rules {
namespace {

namespace json = boost::json;

constexpr std::array outcomes = {
    text::Named{TimelineOutcome::synced, "synced"}, text::Named{TimelineOutcome::repeated, "repeated"},
    text::Named{TimelineOutcome::quiet, "quiet"}, text::Named{TimelineOutcome::dead, "dead"},
    text::Named{TimelineOutcome::left_alone, "left_alone"}};
constexpr std::array step_kinds = {text::Named{StepKind::link, "link"},
                                   text::Named{StepKind::contact, "contact"},
                                   text::Named{StepKind::event, "event"}};

std::string_view chars_of(const json::string& text) {
    return {text.data(), text.size()};
}

json::string_view as_json(std::string_view text) {
    return {text.data(), text.size()};
}

json::object to_json(const Step& step) {
    json::object object;
    object["kind"] = as_json(to_string(step.kind));
    object["status"] = status_json(step.status);
    object["ms"] = step.ms;
    object["attempts"] = step.attempts;
    if (!step.left_out.empty()) object["left_out"] = json::value_from(step.left_out);
    return object;
}

template <typename Number>
Number number_at(const json::object& object, json::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* number = value ? value->if_int64() : nullptr;
    return number ? static_cast<Number>(*number) : Number{};
}

std::optional<Step> parse_step(const json::value& value) {
    const auto* object = value.if_object();
    const auto* name = object ? object->if_contains("kind") : nullptr;
    if (!name || !name->is_string()) return std::nullopt;
    const auto kind = text::named(chars_of(name->get_string()), step_kinds);
    if (!kind) return std::nullopt;
    Step step{*kind, number_at<unsigned>(*object, "status"), number_at<std::int64_t>(*object, "ms"),
              number_at<unsigned>(*object, "attempts")};
    const auto* left_out = object->if_contains("left_out");
    if (left_out && left_out->is_array())
        for (const auto& what : left_out->get_array())
            if (what.is_string()) step.left_out.emplace_back(chars_of(what.get_string()));
    return step;
}

unsigned weight(TimelineOutcome outcome) noexcept {
    switch (outcome) {
        case TimelineOutcome::repeated:
            return 0;
        case TimelineOutcome::left_alone:
            return 1;
        case TimelineOutcome::quiet:
            return 2;
        default:
            return 3;
    }
}

}  // namespace

std::string_view to_string(TimelineOutcome outcome) noexcept {
    return text::name_of(outcome, outcomes);
}

std::string_view to_string(StepKind kind) noexcept {
    return text::name_of(kind, step_kinds);
}

std::string status_text(unsigned status) {
    return status == 0 ? "none" : std::to_string(status);
}

json::value status_json(unsigned status) {
    return status == 0 ? json::value("none") : json::value(status);
}

std::optional<TimelineOutcome> timeline_outcome(std::string_view name) noexcept {
    return text::named(name, outcomes);
}

json::array to_json(const Steps& steps) {
    json::array array;
    for (const auto& step : steps) array.push_back(to_json(step));
    return array;
}

Steps parse_steps(std::string_view text) {
    Steps steps;
    boost::system::error_code error;
    const auto value = json::parse(as_json(text), error);
    if (error || !value.is_array()) return steps;
    for (const auto& item : value.get_array())
        if (auto step = parse_step(item)) steps.push_back(std::move(*step));
    return steps;
}

TimelineOutcome weightier(TimelineOutcome one, TimelineOutcome other) noexcept {
    return weight(one) >= weight(other) ? one : other;
}

void add_contact_steps(Timeline& timeline, const Steps& steps) {
    for (auto& entry : timeline)
        if (entry.outcome != TimelineOutcome::repeated)
            entry.steps.insert(entry.steps.end(), steps.begin(), steps.end());
}

void add_event_step(Timeline& timeline, const std::string& change_id, Step step) {
    const auto entry = std::ranges::find(timeline, change_id, &TimelineEntry::change_id);
    if (entry != timeline.end()) entry->steps.push_back(std::move(step));
}

void tell_what_was_sent(Timeline& timeline, const std::set<std::string>& change_ids) {
    for (auto& entry : timeline)
        if (entry.outcome == TimelineOutcome::left_alone && change_ids.contains(entry.change_id))
            entry.outcome = TimelineOutcome::synced;
}

void leave_alone(Timeline& timeline) {
    for (auto& entry : timeline)
        if (entry.outcome == TimelineOutcome::synced) entry.outcome = TimelineOutcome::left_alone;
}

}  // namespace rules
