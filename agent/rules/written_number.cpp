#include "rules/written_number.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <boost/regex.hpp>

#include "text/text.hpp"
#include "text/unicode.hpp"

namespace rules {
namespace {

// No phone number is longer, however it is written.
constexpr std::size_t longest_text = 200;

constexpr char32_t no_character = 0xFFFD;  // what was no UTF-8

struct Alike {
    char plain;
    std::u32string_view characters;
};

// What is left of them by compatibility (full-width forms and the like are plain by then).
constexpr std::array looks_alike = {
    Alike{'-',
          U"\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2053\u207B\u208B\u2212\u223C\u02D7\u058A\u05BE"
          U"\u1400\u1806\u2E17\u2E1A\u2E3A\u2E3B\u2E40\u2E5D\u301C\u3030\u30A0\u30FC\u2500\u2796"
          U"\U00010EAD~"},
    Alike{'.', U"\u00B7\u2022\u2024\u2027\u2219\u22C5\u30FB"},
    Alike{'/', U"\u2044\u2215"},
    Alike{'+', U"\u2795"},
    Alike{'(', U"["},
    Alike{')', U"]"},
    Alike{'\'',
          U"\"`\u00B4\u02B9\u02BB\u02BC\u02BD\u02C8\u2018\u2019\u201A\u201B\u201C\u201D\u201E\u2032\u2033"
          U"\u00AB\u00BB\u2039\u203A"},
};

// One of the ASCII characters that a number is written with, for whatever looks like it; "?" is anything
// else.
char plain(char32_t code) {
    if (const auto digit = text::digit_value(code)) return static_cast<char>('0' + *digit);
    if (code == '\n' || code == '\r') return '?';
    if (text::is_blank(code)) return ' ';
    for (const auto& alike : looks_alike)
        if (alike.characters.find(code) != alike.characters.npos) return alike.plain;
    return code > ' ' && code < 0x7F ? static_cast<char>(code) : '?';
}

// Whether a character would become a digit, or several, that nobody dials: "1/2", a digit in a circle.
bool has_other_numbers(std::string_view text) {
    while (!text.empty()) {
        const auto character = text::first_character(text);
        if (text::is_other_number(character.code)) return true;
        text.remove_prefix(character.bytes.size());
    }
    return false;
}

// Lower case, without marks and pictures; blanks one at a time.
std::string plain_text(std::string_view text) {
    const auto folded = text::fold_without_marks(text);
    std::string result;
    for (std::string_view rest = folded; !rest.empty();) {
        const auto character = text::first_character(rest);
        rest.remove_prefix(character.bytes.size());
        const bool is_decoration = text::is_pictograph(character.code) && character.code != no_character &&
                                   plain(character.code) == '?';
        const auto next = plain(character.code);
        const bool is_one_more_blank = next == ' ' && (result.empty() || result.back() == ' ');
        if (!is_decoration && !is_one_more_blank) result += next;
    }
    return result;
}

// Without what a person or a spreadsheet puts around it.
std::string_view without_wrapping(std::string_view text) {
    const auto first = text.find_first_not_of(" '");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" ',;:.") + 1 - first);
}

// What stands between a label and an extension.
std::optional<std::string> number_in(std::string_view text) {
    static const boost::regex form(
        "(?:(?:(?:tel(?:ephone)?|(?:mobile )?phone|mob(?:ile)?|cell|sms|whatsapp|gsm|handy|portable)"
        "(?: ?(?:number|nr|no))?(?: *[.:]+| )|[tmpc] *[.:]+) *)?'? *"
        "([-+0-9 ()./]+?)"
        "(?:[ ,]*(?:;? ?ext(?:n|ension)?[.:=]?|x|#) *[0-9]{1,7}"
        "| *[(](?:mobile|mob|cell|sms|whatsapp|gsm|handy|portable|home|work|office)[)])?");
    boost::match_results<std::string_view::const_iterator> match;
    try {
        if (!boost::regex_match(text.begin(), text.end(), match, form)) return std::nullopt;
    } catch (const std::runtime_error&) {
        return std::nullopt;  // too many ways to read it: no number that a person wrote
    }
    return match[1].str();
}

// "030 123456/7": an extension that can be dialled instead of the last digits. But "06/12/34/56/78".
bool has_alternative(std::string_view text) {
    constexpr std::size_t longest_extension = 3, longest_group = 4;
    const auto slash = text.rfind('/');
    if (slash == text.npos || text.size() - slash - 1 > longest_extension) return false;
    return text.find('/') > longest_group || std::ranges::count(text, '/') < 3;
}

bool take_plus(std::string_view& text) {
    auto rest = text.substr(std::min(text.find_first_not_of(" ("), text.size()));
    if (!rest.starts_with('+')) return false;
    rest.remove_prefix(std::min(rest.find_first_not_of('+'), rest.size()));
    text = rest;
    return true;
}

}  // namespace

std::optional<WrittenNumber> take_apart(std::string_view text) {
    if (text.size() > longest_text || has_other_numbers(text)) return std::nullopt;
    const auto line = plain_text(text::trim(text));
    const auto dialled = number_in(without_wrapping(line));
    if (!dialled) return std::nullopt;
    std::string_view rest = *dialled;
    WrittenNumber number;
    number.has_plus = take_plus(rest);
    if (rest.find('+') != rest.npos || has_alternative(rest)) return std::nullopt;
    const auto home_zero = rest.find("(0)");
    for (std::size_t at = 0; at < rest.size(); ++at) {
        if (rest[at] < '0' || rest[at] > '9') continue;
        if (home_zero != rest.npos && at == home_zero + 1) number.home_zero = number.digits.size();
        number.digits += rest[at];
    }
    return number;
}

}  // namespace rules
