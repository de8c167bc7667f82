// The attributes of a Brevo account, and which values each type takes.
// https://developers.brevo.com/docs/contact-attributes
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace sandbox {

namespace json = boost::json;

struct Attribute {
    struct Option {
        std::int64_t value = 0;
        std::string label;
    };
    std::string name;
    std::string category = "normal";   // normal, category, transactional, calculated, global
    std::string type = "text";         // text, date, float, boolean, multiple-choice; empty for categories
    std::vector<Option> enumeration;   // of a category
    std::vector<std::string> choices;  // of a multiple-choice
};

json::object to_json(const Attribute& attribute);

// What is stored for a value; nothing when the type does not take it (Brevo drops it silently).
std::optional<json::value> accepted_value(const Attribute& attribute, const json::value& value);

// SMS, WHATSAPP and LANDLINE_NUMBER: phones, each unique in the account.
bool is_phone_attribute(std::string_view name);

// "+33612345678", "0033612345678" and "33612345678" give "33612345678"; nothing for every other form.
std::optional<std::string> phone_digits(std::string_view text);

class AttributeCatalogue {
public:
    // Throws BrevoRefusal 400 for a bad name or type, or when it exists.
    void add(Attribute attribute);
    const Attribute* find(std::string_view name) const;
    json::array list() const;

private:
    std::map<std::string, Attribute, std::less<>> attributes_;
};

}  // namespace sandbox
