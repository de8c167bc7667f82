#include "calendly/json_reader.hpp"

#include <fmt/format.h>

#include "calendly/parse.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

const json::object& as_object(const json::value& value, const std::string& place) {
    if (const auto* object = value.if_object()) return *object;
    throw ShapeError(fmt::format("{}: expected an object", place.empty() ? "body" : place));
}

json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

JsonReader::JsonReader(const json::value& value, std::string place)
    : object_(as_object(value, place)), place_(std::move(place)) {}

std::string JsonReader::place_of(std::string_view name) const {
    return place_.empty() ? std::string(name) : fmt::format("{}.{}", place_, name);
}

const json::value* JsonReader::find(std::string_view name) const {
    const auto* value = object_.if_contains(view(name));
    return value && !value->is_null() ? value : nullptr;
}

std::string JsonReader::string(std::string_view name) const {
    const auto* value = find(name);
    if (!value) return {};
    if (const auto* text = value->if_string()) return std::string(text->data(), text->size());
    throw ShapeError(place_of(name) + ": expected a string");
}

std::string JsonReader::required_string(std::string_view name) const {
    auto text = string(name);
    if (text.empty()) throw ShapeError(place_of(name) + ": missing or empty");
    return text;
}

bool JsonReader::boolean(std::string_view name) const {
    const auto* value = find(name);
    if (!value) return false;
    if (const auto* flag = value->if_bool()) return *flag;
    throw ShapeError(place_of(name) + ": expected true or false");
}

std::optional<Timestamp> JsonReader::time(std::string_view name) const {
    const auto text = string(name);
    if (text.empty()) return std::nullopt;
    const auto time = parse_timestamp(text);
    if (!time) throw ShapeError(place_of(name) + ": expected an ISO 8601 time");
    return time;
}

Timestamp JsonReader::required_time(std::string_view name) const {
    const auto value = time(name);
    if (!value) throw ShapeError(place_of(name) + ": missing or empty");
    return *value;
}

const json::array* JsonReader::array(std::string_view name) const {
    const auto* value = find(name);
    if (!value) return nullptr;
    if (const auto* array = value->if_array()) return array;
    throw ShapeError(place_of(name) + ": expected an array");
}

JsonReader JsonReader::object(std::string_view name) const {
    const auto* value = find(name);
    if (!value) throw ShapeError(place_of(name) + ": missing");
    return JsonReader(*value, place_of(name));
}

}  // namespace calendly
