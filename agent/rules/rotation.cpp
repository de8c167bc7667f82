#include "rules/rotation.hpp"

#include <algorithm>
#include <chrono>

#include <boost/json.hpp>

namespace rules {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

void add_retired(const json::value& value, RotationState& state) {
    if (!value.is_object()) return;
    const auto since = calendly::parse_timestamp(text_of(value.get_object(), "since"));
    const auto key = text_of(value.get_object(), "key");
    if (since && !key.empty()) state.retired.push_back({key, *since});
}

}  // namespace

RotationState parse_rotation(std::string_view text) {
    RotationState state;
    boost::system::error_code error;
    const auto value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return state;
    state.started = text_of(value.get_object(), "started");
    const auto* retired = value.get_object().if_contains("retired");
    if (retired && retired->is_array())
        for (const auto& key : retired->get_array()) add_retired(key, state);
    return state;
}

std::string serialize(const RotationState& state) {
    json::array retired;
    for (const auto& key : state.retired)
        retired.push_back(json::object{{"key", key.fingerprint}, {"since", calendly::to_string(key.since)}});
    return json::serialize(json::object{{"started", state.started}, {"retired", retired}});
}

std::vector<std::string> keys_to_remove(const RotationState& state, calendly::Timestamp now) {
    std::vector<std::string> keys;
    for (const auto& key : state.retired)
        if (now - key.since >= retired_key_stays) keys.push_back(key.fingerprint);
    return keys;
}

std::optional<calendly::Timestamp> next_removal(const RotationState& state) {
    const auto next = std::ranges::min_element(state.retired, {}, &RetiredKey::since);
    if (next == state.retired.end()) return std::nullopt;
    return next->since + retired_key_stays;
}

}  // namespace rules
