#include "calendly/personal_token.hpp"

#include <algorithm>
#include <sstream>

#include <boost/json/parse.hpp>

#include "text/base64url.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

// Between the two dots; nothing when there is no JSON object.
std::optional<json::object> claims_in(std::string_view token) {
    const auto begin = token.find('.');
    const auto end = begin == token.npos ? token.npos : token.find('.', begin + 1);
    if (end == token.npos) return std::nullopt;
    auto part = token.substr(begin + 1, end - begin - 1);
    part = part.substr(0, part.find('='));  // some pad it
    boost::system::error_code error;
    auto claims = json::parse(text::from_base64url(part), error);
    if (error || !claims.is_object()) return std::nullopt;
    return std::move(claims.get_object());
}

void add_words(const json::value& text, std::vector<std::string>& to) {
    if (!text.is_string()) return;
    std::istringstream words{std::string(text.get_string())};
    for (std::string word; words >> word;) to.push_back(word);
}

std::optional<std::vector<std::string>> scopes_in(const json::object& claims) {
    for (const auto* name : {"scope", "scopes"}) {
        const auto* value = claims.if_contains(name);
        if (!value || !(value->is_string() || value->is_array())) continue;
        std::vector<std::string> scopes;
        add_words(*value, scopes);
        if (const auto* array = value->if_array())
            for (const auto& item : *array) add_words(item, scopes);
        std::ranges::sort(scopes);
        return scopes;
    }
    return std::nullopt;
}

}  // namespace

PersonalToken read_personal_token(std::string_view token) {
    const auto claims = claims_in(token);
    if (!claims) return {};
    PersonalToken read{"", scopes_in(*claims), std::nullopt};
    const auto* user = claims->if_contains("user_uuid");
    if (user && user->is_string()) read.user = user->get_string();
    const auto* expires = claims->if_contains("exp");
    boost::system::error_code error;
    const auto seconds = expires && expires->is_number() ? expires->to_number<std::int64_t>(error) : 0;
    if (!error && seconds > 0) read.expires.emplace(std::chrono::seconds(seconds));
    return read;
}

}  // namespace calendly
