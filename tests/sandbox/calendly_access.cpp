#include "sandbox/calendly_access.hpp"

#include <sstream>

#include <boost/json.hpp>

#include "sandbox/ids.hpp"
#include "text/base64url.hpp"

namespace sandbox {

const Scopes& all_scopes() {
    static const Scopes scopes{
        "activity_log:read",      "availability:read",     "availability:write",
        "contacts:read",          "contacts:write",        "data_compliance:write",
        "event_types:read",       "event_types:write",     "groups:read",
        "locations:read",         "meeting_recaps:read",   "meeting_recaps:write",
        "organizations:read",     "organizations:write",   "outgoing_communications:read",
        "routing_forms:read",     "scheduled_events:read", "scheduled_events:write",
        "scheduling_links:write", "shares:write",          "users:read",
        "webhooks:read",          "webhooks:write"};
    return scopes;
}

std::optional<Scopes> parse_scopes(std::string_view text) {
    Scopes scopes;
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) {
        if (!all_scopes().contains(word)) return std::nullopt;
        scopes.insert(word);
    }
    return scopes;
}

std::string to_text(const Scopes& scopes) {
    std::string text;
    for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
    return text;
}

bool includes(const Scopes& granted, std::string_view scope) {
    if (granted.contains(scope)) return true;
    constexpr std::string_view read = ":read";
    if (!scope.ends_with(read)) return false;
    return granted.contains(std::string(scope.substr(0, scope.size() - read.size())) + ":write");
}

bool Tokens::revoke(std::string_view token) {
    const auto found = tokens_.find(token);
    if (found == tokens_.end()) return false;
    tokens_.erase(found);
    return true;
}

const Access* Tokens::find(std::string_view token, Instant at) const {
    const auto found = tokens_.find(token);
    if (found == tokens_.end()) return nullptr;
    const auto& expires = found->second.expires;
    return expires && at >= *expires ? nullptr : &found->second;
}

void Tokens::revoke_client(std::string_view client) {
    std::erase_if(tokens_, [&](const auto& token) { return token.second.client == client; });
}

// Nobody can check the signature without Calendly's key, so there is none to speak of.
std::string personal_token(const Access& access, Instant at) {
    const json::object header{{"kid", "sandbox"}, {"typ", "PAT"}, {"alg", "ES256"}};
    const json::object claims{
        {"iss", "https://auth.calendly.com"},
        {"iat", std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count()},
        {"jti", new_id()},
        {"user_uuid", access.user},
        {"scope", to_text(access.scopes)}};
    return text::base64url(json::serialize(header)) + "." + text::base64url(json::serialize(claims)) + "." +
           text::base64url("signature of the sandbox");
}

}  // namespace sandbox
