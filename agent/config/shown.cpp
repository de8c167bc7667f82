#include "config/shown.hpp"

#include <algorithm>

namespace config {
namespace {

constexpr std::size_t longest_name = 120;
constexpr std::size_t longest_word = 20;
constexpr std::size_t longest_number = 5;  // of a port

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
// A letter of another alphabet is several bytes.
bool is_letter(char c) {
    return is_lower(c) || is_upper(c) || static_cast<unsigned char>(c) >= 0x80;
}

// "key", "Key", "KEY", "key2", "2026"; not "kEy", "k3y", "a1b2c3".
bool is_plain_word(std::string_view word) {
    const auto letters = std::ranges::find_if_not(word, is_letter) - word.begin();
    const auto size = static_cast<std::size_t>(letters);
    const auto number = word.substr(size);
    if (size > longest_word || number.size() > longest_number || !std::ranges::all_of(number, is_digit))
        return false;
    const auto rest = word.substr(std::min<std::size_t>(1, size), size - std::min<std::size_t>(1, size));
    const bool is_capital = !word.empty() && is_upper(word.front());
    return std::ranges::none_of(rest, is_upper) || (is_capital && std::ranges::none_of(rest, is_lower));
}

}  // namespace

bool is_plain_name(std::string_view text) noexcept {
    if (text.size() > longest_name) return false;
    if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; })) return false;
    while (!text.empty()) {
        const auto end = std::ranges::find_if_not(text, [](char c) { return is_letter(c) || is_digit(c); });
        const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
        if (!is_plain_word(word)) return false;
        text.remove_prefix(std::min(word.size() + 1, text.size()));
    }
    return true;
}

bool is_plain_path(std::string_view text) noexcept {
    if (text.starts_with('/')) return true;
    return text.starts_with('$') && text.find('/') != text.npos && is_plain_name(text);
}

std::string shown_name(std::string_view text) {
    return std::string(is_plain_name(text) ? text : "(a name that is not shown, it may be a secret)");
}

std::string shown_path(std::string_view text) {
    return std::string(is_plain_path(text) ? text : "named here (not shown, it may be a secret)");
}

}  // namespace config
