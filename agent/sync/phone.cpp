#include "sync/phone.hpp"

#include "sync/text.hpp"

namespace syncing {
namespace {

constexpr std::string_view separators = " \t()-./\u00a0";

// "+49 (0)170 ...": the 0 in brackets is dialled at home only.
std::string without_home_prefix(std::string_view text) {
    std::string result(text);
    if (const auto at = result.find("(0)"); at != result.npos) result.erase(at, 3);
    return result;
}

}  // namespace

std::optional<std::string> to_e164(std::string_view written) {
    const auto without = without_home_prefix(written);
    auto text = trim(without);
    const bool has_plus = text.starts_with('+');
    if (has_plus) text.remove_prefix(1);
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (separators.find(c) == separators.npos) {
            return std::nullopt;
        }
    }
    if (!has_plus) {
        if (!digits.starts_with("00")) return std::nullopt;
        digits.erase(0, 2);
    }
    // E.164: at most 15 digits, a country code never begins with 0; no country has numbers under 7 digits in
    // all.
    if (digits.size() < 7 || digits.size() > 15 || digits.front() == '0') return std::nullopt;
    return "+" + digits;
}

}  // namespace syncing
