#include "sandbox/brevo_attributes.hpp"

#include <algorithm>
#include <chrono>
#include <regex>

#include "sandbox/brevo_refusal.hpp"

namespace sandbox {
namespace {

constexpr std::string_view categories[] = {"normal", "category", "transactional", "calculated", "global"};
constexpr std::string_view types[] = {"text", "date", "float", "boolean", "multiple-choice", "id", "user"};

template <class List>
bool contains(const List& list, std::string_view name) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

bool is_calendar_date(std::string_view text) {
    static const std::regex form("(\\d{4})-(\\d{2})-(\\d{2})");
    std::cmatch parts;
    if (!std::regex_match(text.data(), text.data() + text.size(), parts, form)) return false;
    const auto number = [&](int i) { return std::stoi(parts[i].str()); };
    return std::chrono::year_month_day(std::chrono::year(number(1)),
                                       std::chrono::month(static_cast<unsigned>(number(2))),
                                       std::chrono::day(static_cast<unsigned>(number(3))))
        .ok();
}

// The option's number; a label is dropped.
std::optional<json::value> category_value(const Attribute& attribute, const json::value& value) {
    const bool is_option = std::ranges::any_of(attribute.enumeration, [&](const Attribute::Option& option) {
        return value.is_int64() && value.get_int64() == option.value;
    });
    return is_option ? std::optional(value) : std::nullopt;
}

bool are_choices(const Attribute& attribute, const json::value& value) {
    const auto* chosen = value.if_array();
    return chosen && std::all_of(chosen->begin(), chosen->end(), [&](const json::value& choice) {
               return choice.is_string() &&
                      contains(attribute.choices, std::string_view(choice.get_string()));
           });
}

bool takes(const Attribute& attribute, const json::value& value) {
    const auto* text = value.if_string();
    if (attribute.type == "date") return text && is_calendar_date(*text);
    if (attribute.type == "float") return value.is_number();
    if (attribute.type == "boolean") return value.is_bool();
    if (attribute.type == "multiple-choice") return are_choices(attribute, value);
    return text != nullptr;
}

}  // namespace

json::object to_json(const Attribute& attribute) {
    json::object object{{"name", attribute.name}, {"category", attribute.category}};
    if (attribute.category == "category") {
        json::array enumeration;
        for (const auto& option : attribute.enumeration)
            enumeration.push_back({{"value", option.value},
                                   {"valueStr", std::to_string(option.value)},
                                   {"label", option.label}});
        object["enumeration"] = std::move(enumeration);
        return object;
    }
    object["type"] = attribute.type;
    if (attribute.type == "multiple-choice")
        object["multiCategoryOptions"] = json::value_from(attribute.choices);
    return object;
}

std::optional<json::value> accepted_value(const Attribute& attribute, const json::value& value) {
    if (attribute.category == "category") return category_value(attribute, value);
    if (!takes(attribute, value)) return std::nullopt;
    return value;
}

bool is_phone_attribute(std::string_view name) {
    return name == "SMS" || name == "WHATSAPP" || name == "LANDLINE_NUMBER";
}

std::optional<std::string> phone_digits(std::string_view text) {
    if (text.starts_with("00")) {
        text.remove_prefix(2);
    } else if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    const bool only_digits = text.find_first_not_of("0123456789") == text.npos;
    if (!only_digits || text.size() < 7 || text.size() > 15 || text.front() == '0') return std::nullopt;
    return std::string(text);
}

void AttributeCatalogue::add(Attribute attribute) {
    static const std::regex name_form("[A-Z0-9_]{1,50}");
    if (!std::regex_match(attribute.name, name_form)) throw invalid_parameter("Attribute name is invalid");
    if (!contains(categories, attribute.category)) throw invalid_parameter("Attribute category is invalid");
    if (attribute.category == "category") {
        attribute.type.clear();
        if (attribute.enumeration.empty()) throw invalid_parameter("enumeration is missing");
    } else if (!contains(types, attribute.type)) {
        throw invalid_parameter("Attribute type is invalid");
    }
    std::string name = attribute.name;
    if (!attributes_.emplace(std::move(name), std::move(attribute)).second)
        throw invalid_parameter("Attribute name must be unique");
}

const Attribute* AttributeCatalogue::find(std::string_view name) const {
    const auto found = attributes_.find(name);
    return found == attributes_.end() ? nullptr : &found->second;
}

json::array AttributeCatalogue::list() const {
    json::array list;
    for (const auto& [name, attribute] : attributes_) list.push_back(to_json(attribute));
    return list;
}

}  // namespace sandbox
