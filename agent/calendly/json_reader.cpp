#include "calendly/json_reader.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "calendly/parse.hpp"
#include "text/text.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

const json::object* as_object(const json::value& value, const std::string& place) {
    if (const auto* object = value.if_object()) return object;
    throw ShapeError(fmt::format("{}: expected an object", place.empty() ? "body" : place));
}

json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

// Of a number, true or false; nothing of anything else.
std::optional<std::string> text_of(const json::value& value) {
    if (const auto* text = value.if_string()) return text::clean({text->data(), text->size()});
    if (const auto* number = value.if_double()) return fmt::format("{}", *number);
    if (value.is_number() || value.is_bool()) return json::serialize(value);
    return std::nullopt;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string lines;
    for (const auto& text : texts) lines.append(lines.empty() || text.empty() ? "" : "\n").append(text);
    return lines;
}

}  // namespace

JsonReader::JsonReader(const json::value& value, std::string place, Oddities* oddities)
    : object_(as_object(value, place)), place_(std::move(place)), oddities_(oddities) {}

std::string JsonReader::place_of(std::string_view name) const {
    return place_.empty() ? std::string(name) : fmt::format("{}.{}", place_, name);
}

void JsonReader::note_odd(std::string_view name) const {
    if (!oddities_) return;
    auto place = place_of(name);
    if (std::ranges::find(*oddities_, place) == oddities_->end()) oddities_->push_back(std::move(place));
}

const json::value* JsonReader::find(std::string_view name) const {
    const auto* value = object_->if_contains(view(name));
    return value && !value->is_null() ? value : nullptr;
}

std::string JsonReader::required_string(std::string_view name) const {
    const auto* value = find(name);
    const auto* found = value ? value->if_string() : nullptr;
    if (value && !found) throw ShapeError(place_of(name) + ": expected a string");
    auto text = found ? text::clean({found->data(), found->size()}) : std::string();
    if (text.empty()) throw ShapeError(place_of(name) + ": missing or empty");
    return text;
}

Timestamp JsonReader::required_time(std::string_view name) const {
    const auto value = parse_timestamp(required_string(name));
    if (!value) throw ShapeError(place_of(name) + ": expected an ISO 8601 time");
    return *value;
}

JsonReader JsonReader::required_object(std::string_view name) const {
    const auto* value = find(name);
    if (!value) throw ShapeError(place_of(name) + ": missing");
    return JsonReader(*value, place_of(name), oddities_);
}

// Nothing when the member is a text already, or absent.
std::optional<std::vector<std::string>> JsonReader::texts(std::string_view name) const {
    const auto* value = find(name);
    if (!value || value->is_string()) return std::nullopt;
    note_odd(name);
    std::vector<std::string> texts;
    const auto take = [&](const json::value& one) {
        if (auto text = text_of(one); text && !text->empty()) texts.push_back(std::move(*text));
    };
    if (const auto* array = value->if_array()) {
        for (const auto& one : *array) take(one);
    } else {
        take(*value);
    }
    return texts;
}

std::string JsonReader::string(std::string_view name) const {
    if (const auto odd = texts(name)) return odd->empty() ? std::string() : odd->front();
    const auto* value = find(name);
    return value ? *text_of(*value) : std::string();
}

std::string JsonReader::lines(std::string_view name) const {
    const auto odd = texts(name);
    return odd ? joined(*odd) : string(name);
}

bool JsonReader::boolean(std::string_view name) const {
    const auto* value = find(name);
    if (!value) return false;
    if (const auto* flag = value->if_bool()) return *flag;
    note_odd(name);
    const auto text = text_of(*value).value_or("");
    return text == "true" || text == "1";
}

std::optional<Timestamp> JsonReader::time(std::string_view name) const {
    const auto text = string(name);
    if (text.empty()) return std::nullopt;
    const auto time = parse_timestamp(text);
    if (!time) note_odd(name);
    return time;
}

std::optional<JsonReader> JsonReader::object(std::string_view name) const {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_object()) return JsonReader(*value, place_of(name), oddities_);
    note_odd(name);
    return std::nullopt;
}

std::vector<JsonReader> JsonReader::objects(std::string_view name) const {
    std::vector<JsonReader> readers;
    const auto* value = find(name);
    if (!value) return readers;
    const auto* array = value->if_array();
    if (!array) {
        note_odd(name);
        return readers;
    }
    const auto each = fmt::format("{}[]", name);
    for (const auto& one : *array) {
        if (one.is_object()) {
            readers.emplace_back(one, place_of(each), oddities_);
        } else {
            note_odd(each);
        }
    }
    return readers;
}

}  // namespace calendly
