#include "text/mask.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include <boost/json.hpp>
#include "text/text.hpp"
#include "text/unicode.hpp"

namespace text {
namespace {

namespace json = boost::json;

constexpr std::size_t max_logged_size = 300;

// Members whose texts and numbers name no person; everything else is masked, also what Calendly may add one
// day.
constexpr std::array<std::string_view, 16> harmless_members = {
    "event",    "uri",        "status",       "created_at",  "updated_at",  "start_time",
    "end_time", "event_type", "type",         "old_invitee", "new_invitee", "canceler_type",
    "position", "timezone",   "routing_form", "created_by"};

bool is_harmless(std::string_view member) {
    return std::find(harmless_members.begin(), harmless_members.end(), member) != harmless_members.end();
}

void mask(json::value& value, bool is_harmless_here) {
    if (auto* array = value.if_array()) {
        for (auto& item : *array) mask(item, is_harmless_here);
    } else if (auto* object = value.if_object()) {
        for (auto& member : *object)
            mask(member.value(), is_harmless(std::string_view(member.key().data(), member.key().size())));
    } else if (!is_harmless_here && !value.is_null() && !value.is_bool()) {
        value = "***";
    }
}

// Not one of an IP address: Brevo names those that it does not accept.
bool is_phone_number(std::string_view word) {
    word = word.substr(0, word.find_last_not_of('.') + 1);
    if (std::ranges::count(word, '.') == 3) return false;
    const auto digits = std::ranges::count_if(word, [](char c) { return c >= '0' && c <= '9'; });
    return digits >= 6 && word.find_first_not_of("+-./0123456789") == word.npos;
}

std::string mask_word(std::string_view word) {
    if (word.find('@') != word.npos) return mask_email(word);
    return is_phone_number(word) ? "***" : std::string(word);
}

}  // namespace

std::string mask_email(std::string_view email) {
    email = trim(email);
    const auto at = email.rfind('@');
    if (at == email.npos || at == 0) return "***";
    const auto first = first_character(email).bytes;
    return one_line(fmt::format("{}...{}", first, clip(email.substr(at), max_logged_size)));
}

std::string mask_body(std::string_view body) {
    boost::system::error_code error;
    auto value = json::parse({body.data(), body.size()}, error);
    if (error) return fmt::format("{} bytes that are not JSON", body.size());
    mask(value, false);
    return json::serialize(value);
}

std::string mask_words(std::string_view text) {
    std::string masked;
    constexpr std::string_view breaks = " \t\r\n\"'<>(),;:";
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(breaks), text.size());
        const auto word = text.substr(0, end);
        masked += mask_word(word);
        text.remove_prefix(end);
        const auto gap = std::min(text.find_first_not_of(breaks), text.size());
        masked += text.substr(0, gap);
        text.remove_prefix(gap);
    }
    return one_line(masked);
}

}  // namespace text
