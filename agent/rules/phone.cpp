#include "rules/phone.hpp"

#include "text/text.hpp"

namespace rules {
namespace {

constexpr std::string_view separators = " \t()-./\u00a0";

// Nothing when the text holds anything else.
std::optional<std::string> digits_of(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (separators.find(c) == separators.npos) {
            return std::nullopt;
        }
    }
    return digits;
}

// "+49 (0)170 ...": the 0 in brackets is dialled at home only.
constexpr std::string_view home_prefix = "(0)";

std::string without_home_prefix(std::string_view text) {
    std::string result(text);
    if (const auto at = result.find(home_prefix); at != result.npos) result.erase(at, home_prefix.size());
    return result;
}

// "030 123456/7": an extension that can be dialled instead of the last digits.
bool has_alternative(std::string_view text) {
    constexpr std::size_t longest_extension = 3;
    const auto slash = text.rfind('/');
    return slash != text.npos && text.size() - slash - 1 <= longest_extension;
}

// With the country code.
std::optional<std::string> international(std::string digits) {
    // E.164: at most 15 digits, a country code never begins with 0; no country has numbers under 7 digits in
    // all.
    if (digits.size() < 7 || digits.size() > 15 || digits.front() == '0') return std::nullopt;
    return "+" + digits;
}

std::optional<std::string> national(std::string digits, const NumberingPlan& home) {
    const bool has_trunk = !home.trunk.empty() && digits.starts_with(home.trunk);
    if (!has_trunk && home.trunk_use == NumberingPlan::Trunk::required) return std::nullopt;
    if (has_trunk) digits.erase(0, home.trunk.size());
    if (digits.size() < home.shortest || digits.size() > home.longest) return std::nullopt;
    if (digits.front() == '0' && !home.begins_with_zero) return std::nullopt;
    return international(std::string(home.calling_code) + digits);
}

}  // namespace

std::optional<std::string> to_e164(std::string_view written, const NumberingPlan* home) {
    auto text = text::trim(written);
    const bool has_plus = text.starts_with('+');
    if (has_plus) text.remove_prefix(1);
    auto digits = digits_of(text);
    if (!digits || has_alternative(text)) return std::nullopt;
    const bool has_exit_code = !has_plus && digits->starts_with("00");
    if (has_exit_code && home && !home->dials_00) return std::nullopt;
    if (!has_plus && !has_exit_code) return home ? national(std::move(*digits), *home) : std::nullopt;
    const bool has_home_prefix = text.find(home_prefix) != text.npos;
    digits = digits_of(without_home_prefix(text));
    if (has_exit_code) digits->erase(0, 2);
    if (has_home_prefix && begins_with_zero_abroad(*digits)) return std::nullopt;
    return international(std::move(*digits));
}

}  // namespace rules
