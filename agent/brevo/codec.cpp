#include "brevo/codec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <boost/json.hpp>

#include "text/names.hpp"

namespace brevo {
namespace {

namespace json = boost::json;

constexpr std::array type_names = {
    text::Named{AttributeType::text, "text"},
    text::Named{AttributeType::date, "date"},
    text::Named{AttributeType::number, "float"},
    text::Named{AttributeType::boolean, "boolean"},
    text::Named{AttributeType::category, "category"},
    text::Named{AttributeType::multiple_choice, "multiple-choice"},
};

// Whole numbers as such: Boost.JSON writes a double as 4.2E1.
json::value to_json(double number) {
    if (std::trunc(number) == number && std::abs(number) < 1e15) return static_cast<std::int64_t>(number);
    return number;
}

json::value to_json(const auto& other) {
    return json::value_from(other);
}

json::value to_json(const Value& value) {
    return std::visit([](const auto& v) { return to_json(v); }, value);
}

json::object to_json(const Attributes& attributes) {
    json::object object;
    for (const auto& [name, value] : attributes) object[name] = to_json(value);
    return object;
}

std::string string_member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
    if (!value || !value->is_string()) return {};
    return std::string(value->as_string());
}

AttributeType type_of(const json::object& attribute) {
    const auto name = string_member(attribute, "type");
    const auto category = string_member(attribute, "category");
    if (category == "category") return AttributeType::category;
    if (!category.empty() && category != "normal") return AttributeType::other;  // Brevo's own to write
    return text::named(name, type_names).value_or(AttributeType::other);
}

// The number that Brevo stores for an option; some answers have it as a text.
std::optional<std::int64_t> number_of(const json::object& option) {
    const auto* value = option.if_contains("value");
    if (!value) return std::nullopt;
    boost::system::error_code error;
    if (const auto number = value->to_number<std::int64_t>(error); !error) return number;
    const auto text = string_member(option, "value");
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

void append_labels(const json::object& from, Attribute& attribute) {
    const auto* enumeration = from.if_contains("enumeration");
    if (!enumeration || !enumeration->is_array()) return;
    for (const auto& item : enumeration->as_array()) {
        const auto* option = item.if_object();
        const auto number = option ? number_of(*option) : std::nullopt;
        if (!number) continue;
        attribute.options.push_back(string_member(*option, "label"));
        attribute.numbers.push_back(*number);
    }
}

void append_choices(const json::object& attribute, std::vector<std::string>& options) {
    const auto* choices = attribute.if_contains("multiCategoryOptions");
    if (!choices || !choices->is_array()) return;
    for (const auto& item : choices->as_array())
        if (item.is_string()) options.emplace_back(item.as_string());
}

json::object parse_body(std::string_view body) {
    boost::system::error_code error;
    auto value = json::parse({body.data(), body.size()}, error);
    if (error) throw ShapeError("not JSON: " + error.message());
    if (!value.is_object()) throw ShapeError("expected an object");
    return std::move(value.get_object());
}

std::optional<std::int64_t> integer_member(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
    boost::system::error_code error;
    if (!value || !value->is_number()) return std::nullopt;
    const auto number = value->to_number<std::int64_t>(error);
    if (error) return std::nullopt;
    return number;
}

std::int64_t id_of(const json::object& object, std::string_view name) {
    const auto id = integer_member(object, name);
    if (!id || *id < 1) throw ShapeError(std::string(name) + ": expected a number");
    return *id;
}

// What stands in the list `name`; Brevo leaves it out when there is nothing.
std::vector<json::object> members_of(std::string_view body, std::string_view name) {
    const auto object = parse_body(body);
    const auto* array = object.if_contains(json::string_view(name.data(), name.size()));
    std::vector<json::object> members;
    if (!array || !array->is_array()) return members;
    for (const auto& item : array->get_array())
        if (item.is_object()) members.push_back(item.get_object());
    return members;
}

Attribute parse_attribute(const json::value& value) {
    const auto* object = value.if_object();
    if (!object) throw ShapeError("attributes[]: expected an object");
    Attribute attribute{string_member(*object, "name"), type_of(*object), {}, {}};
    if (attribute.name.empty()) throw ShapeError("attributes[].name: missing");
    append_labels(*object, attribute);
    append_choices(*object, attribute.options);
    return attribute;
}

}  // namespace

std::string_view type_name(AttributeType type) {
    const auto name = text::name_of(type, type_names);
    return name.empty() ? "other" : name;
}

std::string upsert_body(const Contact& contact) {
    json::object body{{"email", contact.email}, {"updateEnabled", true}};
    if (!contact.attributes.empty()) body["attributes"] = to_json(contact.attributes);
    if (!contact.join_lists.empty()) body["listIds"] = json::value_from(contact.join_lists);
    return json::serialize(body);
}

std::string update_body(const Contact& contact) {
    const bool is_about_lists = !contact.join_lists.empty() || !contact.leave_lists.empty();
    json::object body;
    if (!contact.attributes.empty() || !is_about_lists) body["attributes"] = to_json(contact.attributes);
    if (!contact.join_lists.empty()) body["listIds"] = json::value_from(contact.join_lists);
    if (!contact.leave_lists.empty()) body["unlinkListIds"] = json::value_from(contact.leave_lists);
    return json::serialize(body);
}

std::string event_body(const Event& event) {
    return json::serialize(json::object{{"event_name", event.name},
                                        {"event_date", event.date},
                                        {"identifiers", {{"email_id", event.email}}},
                                        {"event_properties", event.properties}});
}

std::vector<Attribute> parse_attributes(std::string_view body) {
    const auto object = parse_body(body);
    const auto* array = object.if_contains("attributes");
    if (!array || !array->is_array()) throw ShapeError("attributes: expected an array");
    std::vector<Attribute> attributes;
    for (const auto& item : array->as_array()) attributes.push_back(parse_attribute(item));
    return attributes;
}

std::vector<List> parse_lists(std::string_view body) {
    std::vector<List> lists;
    for (const auto& object : members_of(body, "lists"))
        lists.push_back({id_of(object, "id"), string_member(object, "name"),
                         integer_member(object, "folderId").value_or(0)});
    return lists;
}

std::optional<std::int64_t> parse_first_folder(std::string_view body) {
    const auto folders = members_of(body, "folders");
    if (folders.empty()) return std::nullopt;
    return id_of(folders.front(), "id");
}

std::int64_t parse_new_id(std::string_view body) {
    return id_of(parse_body(body), "id");
}

}  // namespace brevo
