#include "text/text.hpp"

#include <locale.h>
#include <climits>
#include <clocale>
#include <cwchar>
#include <cwctype>

#include <optional>
#include <stdexcept>

namespace text {
namespace {

constexpr std::string_view white_space = " \t\r\n\f\v";

// Letters of every script; part of every Debian.
locale_t utf8_locale() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (!locale) throw std::runtime_error("the locale C.UTF-8 is missing (package libc-bin)");
    return locale;
}

// Makes the C.UTF-8 conversions current for the thread while it lives.
class Utf8Scope {
public:
    Utf8Scope() : previous_(uselocale(utf8_locale())) {}
    ~Utf8Scope() { uselocale(previous_); }
    Utf8Scope(const Utf8Scope&) = delete;
    Utf8Scope& operator=(const Utf8Scope&) = delete;

private:
    locale_t previous_;
};

// Takes one character off the front; a byte that is no UTF-8 is taken by itself, without a character.
std::optional<wchar_t> take_character(std::string_view& text, std::string_view& bytes) {
    std::mbstate_t state{};
    wchar_t character = 0;
    const auto size = std::mbrtowc(&character, text.data(), text.size(), &state);
    const bool is_valid = size != 0 && size <= text.size();
    bytes = text.substr(0, is_valid ? size : 1);
    text.remove_prefix(bytes.size());
    if (!is_valid) return std::nullopt;
    return character;
}

void append(std::string& out, wchar_t character) {
    std::mbstate_t state{};
    char bytes[MB_LEN_MAX];
    const auto size = std::wcrtomb(bytes, character, &state);
    if (size != static_cast<std::size_t>(-1)) out.append(bytes, size);
}

}  // namespace

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(white_space);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

std::string_view clip(std::string_view text, std::size_t size) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

std::string lower_case(std::string_view text) {
    const Utf8Scope scope;
    std::string result;
    for (std::string_view bytes; !text.empty();) {
        if (const auto character = take_character(text, bytes)) {
            append(result, static_cast<wchar_t>(std::towlower(static_cast<wint_t>(*character))));
        } else {
            result += bytes;
        }
    }
    return result;
}

std::string words_of(std::string_view text) {
    const Utf8Scope scope;
    std::string result;
    bool is_pending_space = false;
    for (std::string_view bytes; !text.empty();) {
        const auto character = take_character(text, bytes);
        if (!character || !std::iswalnum(static_cast<wint_t>(*character))) {
            is_pending_space = !result.empty();
            continue;
        }
        if (std::exchange(is_pending_space, false)) result += ' ';
        append(result, static_cast<wchar_t>(std::towlower(static_cast<wint_t>(*character))));
    }
    return result;
}

bool is_email(std::string_view text) {
    text = trim(text);
    const auto at = text.find('@');
    if (at == 0 || at == text.npos || text.find_first_of(" \t\r\n,;<>\"()") != text.npos) return false;
    const auto domain = text.substr(at + 1);
    const auto dot = domain.find('.');
    return domain.find('@') == domain.npos && dot != domain.npos && dot > 0 && !domain.ends_with('.');
}

std::pair<std::string, std::string> split_name(std::string_view name) {
    name = trim(name);
    const auto space = name.find_first_of(white_space);
    if (space == name.npos) return {std::string(name), ""};
    return {std::string(name.substr(0, space)), std::string(trim(name.substr(space)))};
}

}  // namespace text
