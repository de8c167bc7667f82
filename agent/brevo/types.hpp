// Brevo's contacts, attributes and events. https://developers.brevo.com/reference/
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>

namespace brevo {

// text and date (YYYY-MM-DD): string; float: double; boolean: bool; category: the option's number;
// multiple-choice: the chosen options.
using Value = std::variant<std::string, double, bool, std::vector<std::string>, std::int64_t>;
using Attributes = std::map<std::string, Value>;
using ListId = std::int64_t;

struct Contact {
    std::string email;  // lower case
    Attributes attributes;
    std::vector<ListId> join_lists;
    std::vector<ListId> leave_lists;
};

struct Event {
    std::string name;  // [A-Za-z0-9_-]{1,255}
    std::string email;
    std::string date;  // ISO 8601
    boost::json::object properties;
};

enum class AttributeType { text, date, number, boolean, category, multiple_choice, other };

struct Attribute {
    std::string name;
    AttributeType type = AttributeType::text;
    std::vector<std::string> options{};   // labels of a category, options of a multiple-choice
    std::vector<std::int64_t> numbers{};  // of a category: what Brevo stores for each of its labels
};

// Phone numbers identify a contact: one that belongs to somebody else refuses the whole upsert.
inline bool is_phone_attribute(std::string_view name) {
    return name == "SMS" || name == "WHATSAPP" || name == "LANDLINE_NUMBER";
}

}  // namespace brevo
