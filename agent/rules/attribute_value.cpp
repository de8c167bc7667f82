#include "rules/attribute_value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "rules/local_time.hpp"
#include "rules/phone.hpp"
#include "text/text.hpp"
#include "text/unicode.hpp"

namespace rules {
namespace {

Conversion problem(const brevo::Attribute& attribute, std::string_view what) {
    return {std::nullopt, fmt::format("{}: {}", attribute.name, what)};
}

// Of a field that has a value.
std::string to_text(const FieldValue& field) {
    if (const auto* text = std::get_if<std::string>(&field)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&field)) return std::to_string(*number);
    const auto& local = std::get<LocalTime>(field);
    return local_iso8601(local.time, local.zone);
}

Conversion to_date(const FieldValue& field, const brevo::Attribute& attribute) {
    if (const auto* local = std::get_if<LocalTime>(&field)) return {local_date(local->time, local->zone), ""};
    const auto text = to_text(field);
    const bool has_time = calendly::parse_timestamp(text).has_value();
    if (has_time || calendly::parse_timestamp(text + "T00:00:00Z")) return {text.substr(0, 10), ""};
    return problem(attribute, "not a date (YYYY-MM-DD)");
}

Conversion to_number(const FieldValue& field, const brevo::Attribute& attribute) {
    const auto text = to_text(field);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
        return problem(attribute, "not a number");
    return {number, ""};
}

Conversion to_boolean(const FieldValue& field, const brevo::Attribute& attribute) {
    const auto word = text::words_of(to_text(field));
    for (const auto* yes : {"true", "yes", "1", "on"})
        if (word == yes) return {true, ""};
    for (const auto* no : {"false", "no", "0", "off"})
        if (word == no) return {false, ""};
    return problem(attribute, "neither yes nor no");
}

// The only option that is the same in this reading, as Brevo spells it.
template <typename Reading>
const std::string* only_option(const brevo::Attribute& attribute, std::string_view text, Reading reading) {
    const auto wanted = reading(text);
    const std::string* found = nullptr;
    for (const auto& option : attribute.options) {
        if (reading(option) != wanted) continue;
        if (found) return nullptr;
        found = &option;
    }
    return found;
}

// Compares the whole text first, then without its case and the ways to write an accent, and only then its
// words: "C" and "C++", or "< 50" and
// "> 50", have the same words.
const std::string* find_option(const brevo::Attribute& attribute, std::string_view text) {
    const auto* option = only_option(attribute, text, text::trim);
    if (!option)
        option =
            only_option(attribute, text, [](std::string_view one) { return text::fold(text::trim(one)); });
    if (!option) option = only_option(attribute, text, text::words_of);
    return option;
}

// Brevo takes the number and drops the label.
Conversion to_category(const FieldValue& field, const brevo::Attribute& attribute) {
    const auto* option = find_option(attribute, to_text(field));
    const auto place = option ? static_cast<std::size_t>(option - attribute.options.data()) : 0;
    if (option && place < attribute.numbers.size()) return {attribute.numbers[place], ""};
    auto lacking = problem(attribute, "none of the category's options");
    lacking.lacks_option = true;
    return lacking;
}

// Calendly joins several choices with a newline. Those that are options are kept.
Conversion to_choices(const FieldValue& field, const brevo::Attribute& attribute) {
    std::vector<std::string> chosen;
    bool are_options = true;
    const auto text = to_text(field);
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        const auto* option = find_option(attribute, std::string_view(text).substr(begin, end - begin));
        if (option) chosen.push_back(*option);
        are_options &= option != nullptr;
        begin = end + 1;
    }
    if (chosen.empty()) return problem(attribute, "none of the options");
    auto part = are_options ? Conversion{} : problem(attribute, "some are none of the options");
    return {std::move(chosen), std::move(part.problem)};
}

Conversion to_phone(const FieldValue& field, const brevo::Attribute& attribute, const NumberingPlan* home) {
    if (auto number = to_e164(to_text(field), home)) return {std::move(*number), ""};
    if (home)
        return problem(attribute, fmt::format("no phone number as they are written in {}", home->country));
    return problem(attribute, "not a phone number with its country code");
}

}  // namespace

Conversion convert(const FieldValue& field, const brevo::Attribute& attribute, const NumberingPlan* home) {
    if (std::holds_alternative<std::monostate>(field)) return {};
    if (brevo::is_phone_attribute(attribute.name)) return to_phone(field, attribute, home);
    switch (attribute.type) {
        case brevo::AttributeType::text:
            return {to_text(field), ""};
        case brevo::AttributeType::date:
            return to_date(field, attribute);
        case brevo::AttributeType::number:
            return to_number(field, attribute);
        case brevo::AttributeType::boolean:
            return to_boolean(field, attribute);
        case brevo::AttributeType::category:
            return to_category(field, attribute);
        case brevo::AttributeType::multiple_choice:
            return to_choices(field, attribute);
        case brevo::AttributeType::other:
            break;
    }
    return problem(attribute, "this type of attribute cannot be written");
}

}  // namespace rules
