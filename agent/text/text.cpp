#include "text/text.hpp"

#include <algorithm>

#include <utf8proc.h>

#include "text/unicode.hpp"

namespace text {
namespace {

// Belongs to the character before it.
bool is_variation(char32_t code) {
    return (code >= 0xFE00 && code <= 0xFE0F) || (code >= 0xE0020 && code <= 0xE01EF);
}

constexpr char32_t non_joiner = 0x200C, joiner = 0x200D;

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Calls `visit(character)` for each.
template <typename Visit>
void for_each_character(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const auto character = first_character(text);
        text.remove_prefix(character.bytes.size());
        visit(character);
    }
}

std::string without_unseen(std::string_view text, bool keeps_joiners) {
    std::string result;
    for_each_character(text, [&](const Character& character) {
        const auto code = character.code;
        const bool is_kept = keeps_joiners && (code == joiner || code == non_joiner);
        const bool is_unseen = is_control(code) || is_ignorable(code);
        if (!character.is_valid || is_kept || !is_unseen) result += character.bytes;
    });
    return result;
}

char32_t lower_case_of(char32_t code) {
    return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code)));
}

// As UTS 46 has it, where that is not the character's own lower case.
std::string lower_case_of_domain(std::string_view domain) {
    constexpr char32_t dotted_i = 0x0130, ideographic_stop = 0x3002;
    std::string result;
    for_each_character(compatible(domain), [&](const Character& character) {
        if (character.code == dotted_i) {
            result += "i\u0307";
        } else {
            append(result, character.code == ideographic_stop ? U'.' : lower_case_of(character.code));
        }
    });
    return result;
}

}  // namespace

std::string_view trim(std::string_view text) {
    while (!text.empty()) {
        const auto first = first_character(text);
        if (!first.is_valid || !is_invisible(first.code)) break;
        text.remove_prefix(first.bytes.size());
    }
    while (!text.empty()) {
        const auto last = last_character(text);
        if (!last.is_valid || !is_invisible(last.code) || is_variation(last.code)) break;
        text.remove_suffix(last.bytes.size());
    }
    return text;
}

std::string_view clip(std::string_view text, std::size_t size) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

std::string lower_case(std::string_view text) {
    std::string result;
    for_each_character(text, [&](const Character& character) {
        if (!character.is_valid) {
            result += character.bytes;
        } else {
            append(result, lower_case_of(character.code));
        }
    });
    return result;
}

std::string words_of(std::string_view text) {
    std::string result;
    bool is_pending_space = false;
    for_each_character(fold(text), [&](const Character& character) {
        if (!is_of_word(character.code)) {
            is_pending_space = !result.empty();
            return;
        }
        if (std::exchange(is_pending_space, false)) result += ' ';
        result += character.bytes;
    });
    return result;
}

std::string clean(std::string_view text) {
    constexpr char32_t next_line = 0x85;
    std::string result;
    result.reserve(text.size());
    bool is_after_return = false;
    for_each_character(text, [&](const Character& character) {
        const auto code = character.code;
        const bool ends_line = (code >= 0x0A && code <= 0x0D) || code == next_line;
        if (ends_line && !(code == '\n' && is_after_return)) result += '\n';
        is_after_return = code == '\r';
        if (!is_control(code) || code == '\t') append(result, code);
    });
    return result;
}

std::string one_line(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for_each_character(text, [&](const Character& character) {
        append(result, breaks_line(character.code) ? U' ' : character.code);
    });
    return result;
}

bool is_email(std::string_view text) {
    const auto address = mailbox(text);
    const auto at = address.find('@');
    if (at == 0 || at == address.npos || address.find_first_of(",;<>\"()") != address.npos) return false;
    bool has_blank = false;
    for_each_character(address, [&](const Character& c) { has_blank |= c.is_valid && is_blank(c.code); });
    const auto domain = std::string_view(address).substr(at + 1);
    const auto dot = domain.find('.');
    return !has_blank && domain.find('@') == domain.npos && dot != domain.npos && dot > 0 &&
           !domain.ends_with('.');
}

std::string mailbox(std::string_view email) {
    email = trim(email);
    const auto address = without_unseen(email, !is_ascii(without_unseen(email, false)));
    const auto at = std::min(address.rfind('@'), address.size());
    auto result = address.substr(0, at);
    std::ranges::transform(result, result.begin(), ascii_lower);
    const auto domain = address.substr(at);
    return result + (is_ascii(domain) ? lower_case(domain) : lower_case_of_domain(domain));
}

std::pair<std::string, std::string> split_name(std::string_view name) {
    name = trim(name);
    for (auto rest = name; !rest.empty();) {
        const auto character = first_character(rest);
        if (character.is_valid && is_blank(character.code))
            return {std::string(trim(name.substr(0, name.size() - rest.size()))), std::string(trim(rest))};
        rest.remove_prefix(character.bytes.size());
    }
    return {std::string(name), ""};
}

}  // namespace text
