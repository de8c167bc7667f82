#include "calendly/mend_json.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "text/unicode.hpp"

namespace calendly {
namespace {

constexpr std::size_t escape_size = 6;  // \u0000

// Of the escape that the text begins with, if it is one of this kind.
std::optional<unsigned> escaped_code(std::string_view text) {
    if (text.size() < escape_size || !text.starts_with("\\u")) return std::nullopt;
    unsigned code = 0;
    const auto* const end = text.data() + escape_size;
    const auto [stop, error] = std::from_chars(text.data() + 2, end, code, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    return code;
}

bool is_high(unsigned code) {
    return code >= 0xD800 && code < 0xDC00;
}
bool is_low(unsigned code) {
    return code >= 0xDC00 && code < 0xE000;
}

// Takes an escape off the front of the text; both halves of a pair together.
std::string take_escape(std::string_view& text) {
    const auto code = escaped_code(text);
    auto size = code ? escape_size : std::min<std::size_t>(2, text.size());
    bool is_lonely = code && is_low(*code);
    if (code && is_high(*code)) {
        const auto next = escaped_code(text.substr(escape_size));
        is_lonely = !next || !is_low(*next);
        if (!is_lonely) size = 2 * escape_size;
    }
    const auto taken = text.substr(0, size);
    text.remove_prefix(size);
    return is_lonely ? "\\ufffd" : std::string(taken);
}

}  // namespace

std::string mend_json(std::string_view body) {
    const auto valid = text::valid_utf8(body);
    std::string_view rest = valid;
    if (rest.starts_with("\ufeff")) rest.remove_prefix(std::string_view("\ufeff").size());
    std::string mended;
    mended.reserve(rest.size());
    for (bool is_text = false; !rest.empty();) {
        const auto c = rest.front();
        if (c == '\\') {
            mended += take_escape(rest);
            continue;
        }
        if (c == '"') is_text = !is_text;
        const bool is_control = static_cast<unsigned char>(c) < 0x20;
        mended +=
            is_text && is_control ? fmt::format("\\u{:04x}", static_cast<unsigned>(c)) : std::string(1, c);
        rest.remove_prefix(1);
    }
    return mended;
}

}  // namespace calendly
