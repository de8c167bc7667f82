#include "rules/booking_fields.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/string.hpp>

#include "text/text.hpp"
#include "text/unicode.hpp"

namespace rules {
namespace {

bool ends_line(char32_t code) {
    return code == U'\n' || code == U'\r' || code == U'\t';
}

bool has_control(std::string_view text, bool has_lines) {
    while (!text.empty()) {
        const auto character = text::first_character(text);
        const bool is_line_end = ends_line(character.code);
        if (!character.is_valid || character.code == 0x2028 || character.code == 0x2029) return true;
        if (text::is_control(character.code) && !(has_lines && is_line_end)) return true;
        text.remove_prefix(character.bytes.size());
    }
    return false;
}

// As the description counts, and a form: a name in Greek may be as long as one in English.
std::size_t characters_in(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(text::first_character(text).bytes.size());
    return count;
}

}  // namespace

std::string mistake_in(std::string_view text, std::size_t longest, bool has_lines) {
    if (characters_in(text) > longest) return fmt::format("is longer than {} characters", longest);
    if (!has_control(text, has_lines)) return {};
    return has_lines ? "has control characters" : "has control characters, or more than one line";
}

const boost::json::value* BookingFields::find(std::string_view name) const {
    const auto* value = body_.if_contains(boost::json::string_view(name.data(), name.size()));
    return value && !value->is_null() ? value : nullptr;
}

std::string BookingFields::line(std::string_view name, std::size_t longest) {
    const auto* value = find(name);
    if (!value) return {};
    const auto* text = value->if_string();
    if (!text) {
        fail(std::string(name), "must be a text");
        return {};
    }
    const auto trimmed = text::trim({text->data(), text->size()});
    if (const auto mistake = mistake_in(trimmed, longest, false); !mistake.empty()) {
        fail(std::string(name), mistake);
        return {};
    }
    return std::string(trimmed);
}

std::string BookingFields::required_line(std::string_view name, std::size_t longest) {
    auto text = line(name, longest);
    if (text.empty()) fail(std::string(name), "is missing");
    return text;
}

void BookingFields::fail(std::string field, std::string message) {
    if (!error_) error_ = FieldError{std::move(field), std::move(message)};
}

void BookingFields::allow_only(std::initializer_list<std::string_view> names) {
    for (const auto& member : body_) {
        const std::string_view name(member.key().data(), member.key().size());
        if (std::ranges::find(names, name) != names.end()) continue;
        auto shown = std::string(text::clip(text::one_line(name), 64));
        fail(shown.empty() ? "\"\"" : std::move(shown), "is no member that is known here");
    }
}

}  // namespace rules
