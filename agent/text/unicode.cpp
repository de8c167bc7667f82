#include "text/unicode.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include <utf8proc.h>

namespace text {
namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::size_t longest_character = 4;

utf8proc_category_t category_of(char32_t code) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(code));
}

// Fillers and a pattern without dots: letters and symbols by their category.
bool is_empty_glyph(char32_t code) {
    return code == 0x2800 || code == 0x3164 || code == 0xFFA0;
}

// Of valid UTF-8.
std::string mapped(std::string_view text, int options) {
    utf8proc_uint8_t* result = nullptr;
    const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                   static_cast<utf8proc_ssize_t>(text.size()), &result,
                                   static_cast<utf8proc_option_t>(options | UTF8PROC_STABLE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, &std::free);
    if (size < 0) throw std::bad_alloc();
    return {reinterpret_cast<const char*>(result), static_cast<std::size_t>(size)};
}

}  // namespace

Character first_character(std::string_view text) {
    utf8proc_int32_t code = 0;
    const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code);
    if (size <= 0) return {replacement, text.substr(0, 1), false};
    return {static_cast<char32_t>(code), text.substr(0, static_cast<std::size_t>(size)), true};
}

Character last_character(std::string_view text) {
    for (std::size_t size = 1; size <= std::min(longest_character, text.size()); ++size) {
        const auto tail = text.substr(text.size() - size);
        const auto character = first_character(tail);
        if (character.is_valid && character.bytes.size() == size) return character;
    }
    return {replacement, text.substr(text.size() - 1), false};
}

void append(std::string& to, char32_t code) {
    utf8proc_uint8_t bytes[longest_character];
    const auto size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
    to.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool is_control(char32_t code) {
    return category_of(code) == UTF8PROC_CATEGORY_CC;
}

bool is_ignorable(char32_t code) {
    return utf8proc_get_property(static_cast<utf8proc_int32_t>(code))->ignorable;
}

bool is_blank(char32_t code) {
    switch (category_of(code)) {
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return true;
        default:
            break;
    }
    const bool is_zero_width_space = code == 0x200B || code == 0xFEFF;
    return (code >= 0x09 && code <= 0x0D) || code == 0x85 || is_zero_width_space || is_empty_glyph(code);
}

bool is_invisible(char32_t code) {
    return is_control(code) || is_blank(code) || is_ignorable(code);
}

bool breaks_line(char32_t code) {
    switch (category_of(code)) {
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return true;
        default:
            return false;
    }
}

bool is_of_word(char32_t code) {
    const auto category = category_of(code);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool is_other_number(char32_t code) {
    const auto category = category_of(code);
    return category == UTF8PROC_CATEGORY_NL || category == UTF8PROC_CATEGORY_NO;
}

bool is_pictograph(char32_t code) {
    return category_of(code) == UTF8PROC_CATEGORY_SO;
}

// The digits of a script stand together, from 0 to 9, and so do those of scripts that are neighbours.
std::size_t columns_of(char32_t code) {
    return static_cast<std::size_t>(std::max(0, utf8proc_charwidth(static_cast<utf8proc_int32_t>(code))));
}

std::optional<unsigned> digit_value(char32_t code) {
    if (category_of(code) != UTF8PROC_CATEGORY_ND) return std::nullopt;
    char32_t first = code;
    while (first > 0 && category_of(first - 1) == UTF8PROC_CATEGORY_ND) --first;
    return static_cast<unsigned>((code - first) % 10);
}

std::string valid_utf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    while (!text.empty()) {
        const auto character = first_character(text);
        if (character.is_valid) {
            valid += character.bytes;
        } else {
            append(valid, replacement);
        }
        text.remove_prefix(character.bytes.size());
    }
    return valid;
}

std::string composed(std::string_view text) {
    return mapped(valid_utf8(text), UTF8PROC_COMPOSE);
}

std::string fold(std::string_view text) {
    return mapped(valid_utf8(text), UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
}

std::string compatible(std::string_view text) {
    return mapped(valid_utf8(text), UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE);
}

std::string fold_without_marks(std::string_view text) {
    return mapped(valid_utf8(text), UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                        UTF8PROC_IGNORE | UTF8PROC_STRIPMARK);
}

}  // namespace text
