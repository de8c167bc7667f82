#include "brevo/codec.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/json.hpp>

namespace brevo {
namespace {

namespace json = boost::json;

struct TypeName {
    AttributeType type;
    std::string_view name;
};

constexpr std::array type_names = {
    TypeName{AttributeType::text, "text"},
    TypeName{AttributeType::date, "date"},
    TypeName{AttributeType::number, "float"},
    TypeName{AttributeType::boolean, "boolean"},
    TypeName{AttributeType::category, "category"},
    TypeName{AttributeType::multiple_choice, "multiple-choice"},
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
    for (const auto& known : type_names)
        if (known.name == name) return known.type;
    return AttributeType::other;
}

void append_labels(const json::object& attribute, std::vector<std::string>& options) {
    const auto* enumeration = attribute.if_contains("enumeration");
    if (!enumeration || !enumeration->is_array()) return;
    for (const auto& item : enumeration->as_array())
        if (const auto* object = item.if_object()) options.push_back(string_member(*object, "label"));
}

void append_choices(const json::object& attribute, std::vector<std::string>& options) {
    const auto* choices = attribute.if_contains("multiCategoryOptions");
    if (!choices || !choices->is_array()) return;
    for (const auto& item : choices->as_array())
        if (item.is_string()) options.emplace_back(item.as_string());
}

Attribute parse_attribute(const json::value& value) {
    const auto* object = value.if_object();
    if (!object) throw ShapeError("attributes[]: expected an object");
    Attribute attribute{string_member(*object, "name"), type_of(*object), {}};
    if (attribute.name.empty()) throw ShapeError("attributes[].name: missing");
    append_labels(*object, attribute.options);
    append_choices(*object, attribute.options);
    return attribute;
}

std::vector<std::string> phones_of(const Contact& contact) {
    std::vector<std::string> names;
    for (const auto& [name, value] : contact.attributes)
        if (is_phone_attribute(name)) names.push_back(name);
    return names;
}

std::vector<std::string> duplicates_of(const json::object& error) {
    std::vector<std::string> names;
    const auto* metadata = error.if_contains("metadata");
    if (!metadata || !metadata->is_object()) return names;
    const auto* duplicates = metadata->as_object().if_contains("duplicate_identifiers");
    if (!duplicates || !duplicates->is_array()) return names;
    for (const auto& name : duplicates->as_array())
        if (name.is_string()) names.emplace_back(name.as_string());
    return names;
}

}  // namespace

std::string_view type_name(AttributeType type) {
    for (const auto& known : type_names)
        if (known.type == type) return known.name;
    return "other";
}

std::string upsert_body(const Contact& contact) {
    json::object body{{"email", contact.email}, {"updateEnabled", true}};
    if (!contact.attributes.empty()) body["attributes"] = to_json(contact.attributes);
    if (!contact.join_lists.empty()) body["listIds"] = json::value_from(contact.join_lists);
    return json::serialize(body);
}

std::string update_body(const Contact& contact) {
    json::object body{{"attributes", to_json(contact.attributes)}};
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
    boost::system::error_code error;
    const auto value = json::parse({body.data(), body.size()}, error);
    if (error) throw ShapeError("not JSON: " + error.message());
    const auto* object = value.if_object();
    const auto* array = object ? object->if_contains("attributes") : nullptr;
    if (!array || !array->is_array()) throw ShapeError("attributes: expected an array");
    std::vector<Attribute> attributes;
    for (const auto& item : array->as_array()) attributes.push_back(parse_attribute(item));
    return attributes;
}

std::vector<std::string> refused_attributes(std::string_view error_body, const Contact& contact) {
    boost::system::error_code ignored;  // a body that is not JSON names no attribute
    const auto value = json::parse({error_body.data(), error_body.size()}, ignored);
    const auto* error = ignored ? nullptr : value.if_object();
    if (!error) return {};
    const auto phones = phones_of(contact);
    if (string_member(*error, "message").find("Invalid phone number") != std::string::npos) return phones;
    const auto duplicates = duplicates_of(*error);
    std::vector<std::string> refused;
    std::copy_if(phones.begin(), phones.end(), std::back_inserter(refused), [&](const auto& name) {
        return std::find(duplicates.begin(), duplicates.end(), name) != duplicates.end();
    });
    return refused;
}

}  // namespace brevo
