#include "sandbox/fields.hpp"

#include <algorithm>
#include <charconv>

namespace sandbox {

std::optional<std::int64_t> parse_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

const json::value* Fields::find(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    return value && !value->is_null() ? value : nullptr;
}

void Fields::fail(std::string_view name, std::string message) {
    errors_.push_back({std::string(name), std::move(message)});
}

std::optional<std::string> Fields::text(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (const auto* string = value->if_string()) return std::string(*string);
    fail(name, "must be a string");
    return std::nullopt;
}

std::string Fields::required_text(std::string_view name) {
    if (!find(name)) {
        fail(name, "can't be blank");
        return {};
    }
    return text(name).value_or("");
}

std::optional<std::int64_t> Fields::integer(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (const auto* number = value->if_int64()) return *number;
    fail(name, "must be an integer");
    return std::nullopt;
}

std::optional<bool> Fields::boolean(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (const auto* flag = value->if_bool()) return *flag;
    fail(name, "must be a boolean");
    return std::nullopt;
}

std::optional<Instant> Fields::instant(std::string_view name) {
    const auto written = text(name);
    if (!written) return std::nullopt;
    const auto parsed = parse_instant(*written);
    if (!parsed) fail(name, "must be a date and time such as 2026-10-13T09:00:00.000000Z");
    return parsed;
}

const json::object* Fields::object(std::string_view name) {
    const auto* value = find(name);
    if (value && !value->is_object()) fail(name, "must be an object");
    return value ? value->if_object() : nullptr;
}

const json::array* Fields::array(std::string_view name) {
    const auto* value = find(name);
    if (value && !value->is_array()) fail(name, "must be an array");
    return value ? value->if_array() : nullptr;
}

template <class Item, class Read>
std::optional<std::vector<Item>> Fields::items(std::string_view name, const char* kind, Read read) {
    const auto* given = array(name);
    if (!given) return std::nullopt;
    std::vector<Item> items;
    for (const auto& value : *given) {
        const auto* item = read(value);
        if (!item) {
            fail(name, std::string("must be an array of ") + kind);
            return std::nullopt;
        }
        items.emplace_back(*item);
    }
    return items;
}

std::optional<std::vector<std::string>> Fields::texts(std::string_view name) {
    return items<std::string>(name, "strings", [](const json::value& value) { return value.if_string(); });
}

std::optional<std::vector<std::int64_t>> Fields::integers(std::string_view name) {
    return items<std::int64_t>(name, "integers", [](const json::value& value) { return value.if_int64(); });
}

void Fields::only(std::initializer_list<std::string_view> names) {
    for (const auto& member : object_)
        if (std::find(names.begin(), names.end(), std::string_view(member.key())) == names.end())
            fail(std::string_view(member.key()), "is not a known field");
}

}  // namespace sandbox
