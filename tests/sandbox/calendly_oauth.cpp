#include "sandbox/calendly_oauth.hpp"

#include <algorithm>

#include <boost/url.hpp>

#include "sandbox/ids.hpp"
#include "sandbox/refusal.hpp"
#include "text/base64url.hpp"

namespace sandbox {
namespace {

namespace urls = boost::urls;

constexpr std::chrono::minutes life_of_codes{10};
constexpr std::size_t most_calls_a_minute = 8;  // a user
constexpr std::size_t challenge_size = 43;      // base64url of SHA-256

// As RFC 6749 writes errors, unlike the rest of the API.
struct OAuthError {
    unsigned status;
    std::string error, description;
};

Answer to_answer(const OAuthError& error) {
    Answer answer;
    answer.status = error.status;
    answer.body = {{"error", error.error}, {"error_description", error.description}};
    return answer;
}

std::map<std::string, std::string> form_of(const Call& call) {
    if (!call.content_type.starts_with("application/x-www-form-urlencoded"))
        throw OAuthError{400, "invalid_request", "The body must be application/x-www-form-urlencoded"};
    if (!urls::parse_query(call.body)) throw OAuthError{400, "invalid_request", "The body is no form"};
    std::map<std::string, std::string> form;
    urls::encoding_opts blanks;
    blanks.space_as_plus = true;
    for (const auto& parameter : urls::params_view(call.body, blanks)) form[parameter.key] = parameter.value;
    return form;
}

std::string required(const std::map<std::string, std::string>& form, const std::string& name) {
    const auto found = form.find(name);
    if (found == form.end() || found->second.empty())
        throw OAuthError{400, "invalid_request", "Missing required parameter: " + name};
    return found->second;
}

bool may_be_redirected_to(const std::string& address) {
    const auto parsed = urls::parse_uri(address);
    if (!parsed || parsed->host().empty() || parsed->has_fragment()) return false;
    const bool is_local = parsed->host() == "localhost" || parsed->host() == "127.0.0.1";
    return parsed->scheme() == "https" || (parsed->scheme() == "http" && is_local);
}

Answer redirection(const std::string& address, const std::map<std::string, std::string>& parameters) {
    urls::url target(address);
    for (const auto& [name, value] : parameters) target.params().append({name, value});
    Answer answer;
    answer.status = 302;
    answer.headers.emplace_back("Location", std::string(target.buffer()));
    return answer;
}

// "Basic <base64 of id:secret>"
std::optional<std::pair<std::string, std::string>> basic_credentials(const Call& call) {
    constexpr std::string_view scheme = "Basic ";
    if (!call.authorization || !call.authorization->starts_with(scheme)) return std::nullopt;
    const auto pair = text::from_base64(std::string_view(*call.authorization).substr(scheme.size()));
    const auto colon = pair.find(':');
    if (colon == pair.npos) return std::nullopt;
    return std::pair(pair.substr(0, colon), pair.substr(colon + 1));
}

}  // namespace

OAuthServer::OAuthServer(const CalendlyState& state, Tokens& tokens) : state_(state), tokens_(tokens) {
    consent_.user = state.owner().id;
    router_.add("GET", "/oauth/authorize", [this](const Call& call) { return authorize(call); });
    router_.add("POST", "/oauth/token", [this](const Call& call) { return give_tokens(call); });
    router_.add("POST", "/oauth/revoke", [this](const Call& call) { return revoke(call); });
    router_.add("POST", "/oauth/introspect", [this](const Call& call) { return introspect(call); });
}

void OAuthServer::add(OAuthClient client) {
    if (!may_be_redirected_to(client.redirect_uri))
        throw invalid_argument({{"redirect_uri", "must be https, or http on localhost"}});
    clients_.insert_or_assign(client.id, std::move(client));
}

const OAuthClient* OAuthServer::find(std::string_view id) const {
    const auto found = clients_.find(id);
    return found == clients_.end() ? nullptr : &found->second;
}

Answer OAuthServer::handle(Call call, Instant at) {
    at_ = at;
    try {
        const auto route = router_.find(call);
        if (!route.handler) throw OAuthError{404, "invalid_request", "There is no such endpoint"};
        return (*route.handler)(call);
    } catch (const OAuthError& error) {
        return to_answer(error);
    }
}

// The person agrees at once: nobody sits before the sandbox. What cannot be told to the app is told here.
Answer OAuthServer::authorize(const Call& call) {
    const auto* client = find(call.parameter("client_id").value_or(""));
    if (!client) throw OAuthError{401, "invalid_client", "The client is unknown"};
    const auto redirect = call.parameter("redirect_uri").value_or("");
    if (redirect != client->redirect_uri)
        throw OAuthError{400, "invalid_request", "The redirect uri included is not valid"};
    const auto state = call.parameter("state").value_or("");
    const auto refuse = [&](const char* error, const char* description) {
        return redirection(redirect,
                           {{"error", error}, {"error_description", description}, {"state", state}});
    };
    const auto challenge = call.parameter("code_challenge").value_or("");
    if (call.parameter("response_type") != "code")
        return refuse("unsupported_response_type", "The response type must be code");
    if (call.parameter("code_challenge_method") != "S256" || challenge.size() != challenge_size)
        return refuse("invalid_request", "A code challenge of method S256 is required");
    const auto asked = call.parameter("scope");
    const auto scopes = asked ? parse_scopes(*asked) : all_scopes();
    if (!scopes) return refuse("invalid_scope", "The requested scope is unknown");
    const auto consent = std::exchange(consent_, Consent{state_.owner().id, {}, false});
    if (consent.refuses) return refuse("access_denied", "The resource owner denied the request");

    Code given{client->id, challenge, {consent.user, *scopes, client->id, std::nullopt}, at_ + life_of_codes};
    for (const auto& scope : consent.declined) given.access.scopes.erase(scope);
    const auto code = new_id();
    codes_[code] = std::move(given);
    return redirection(redirect, {{"code", code}, {"state", state}});
}

// A web app shows its secret by HTTP Basic, a native app only says who it is.
const OAuthClient& OAuthServer::authenticated(const Call& call, const Form& form) const {
    const OAuthError unknown{401, "invalid_client", "Client authentication failed"};
    if (const auto credentials = basic_credentials(call)) {
        const auto* client = find(credentials->first);
        if (!client || client->secret != credentials->second) throw unknown;
        return *client;
    }
    const auto id = form.find("client_id");
    const auto* client = id == form.end() ? nullptr : find(id->second);
    if (!client) throw unknown;
    const auto secret = form.find("client_secret");
    if (client->secret && (secret == form.end() || secret->second != *client->secret)) throw unknown;
    return *client;
}

void OAuthServer::count_call(const std::string& user) {
    auto& calls = calls_[user];
    std::erase_if(calls, [&](Instant call) { return at_ - call >= std::chrono::minutes(1); });
    if (calls.size() >= most_calls_a_minute) throw OAuthError{429, "rate_limited", "Too many token requests"};
    calls.push_back(at_);
}

Answer OAuthServer::give_tokens(const Call& call) {
    const auto form = form_of(call);
    const auto& client = authenticated(call, form);
    const auto grant = required(form, "grant_type");
    if (grant != "authorization_code" && grant != "refresh_token")
        throw OAuthError{400, "unsupported_grant_type", "The grant type is not supported"};
    return shown(issue(grant == "refresh_token" ? refresh(form, client) : redeem(form, client)));
}

Access OAuthServer::redeem(const Form& form, const OAuthClient& client) {
    const auto code = required(form, "code");
    const auto redirect = required(form, "redirect_uri");
    const auto verifier = required(form, "code_verifier");
    const OAuthError invalid{
        400, "invalid_grant",
        "The provided authorization grant is invalid, expired, revoked, does not match "
        "the redirection URI used in the authorization request, or was issued to another "
        "client."};
    const auto found = codes_.find(code);
    if (found == codes_.end()) throw invalid;
    const Code given = found->second;
    codes_.erase(found);  // whoever shows it: it can be used once
    if (given.client != client.id || redirect != client.redirect_uri || at_ >= given.expires) throw invalid;
    if (text::base64url_sha256(verifier) != given.challenge) throw invalid;
    count_call(given.access.user);
    return given.access;
}

// No grace: the old token is worth nothing as soon as the new one has been made, whether or not the answer
// arrives.
Access OAuthServer::refresh(const Form& form, const OAuthClient& client) {
    const auto token = required(form, "refresh_token");
    const auto found = refresh_tokens_.find(token);
    if (found == refresh_tokens_.end() || found->second.client != client.id)
        throw OAuthError{400, "invalid_grant", "The refresh token is invalid, expired or revoked."};
    count_call(found->second.user);
    Access access = found->second;
    refresh_tokens_.erase(found);
    return access;
}

json::object OAuthServer::issue(Access access) {
    const auto token = "access-" + new_id();
    const auto refresh = "refresh-" + new_id();
    refresh_tokens_[refresh] = access;
    access.expires = at_ + life_;
    const auto created = std::chrono::floor<std::chrono::seconds>(at_).time_since_epoch().count();
    json::object body{{"token_type", "Bearer"},
                      {"access_token", token},
                      {"refresh_token", refresh},
                      {"scope", to_text(access.scopes)},
                      {"created_at", created},
                      {"expires_in", life_.count()},
                      {"owner", calendly_uri("users", access.user)},
                      {"organization", calendly_uri("organizations", state_.organization())}};
    tokens_.add(token, std::move(access));
    return body;
}

// Everything that this user has granted to the app: of both tokens neither works any more.
Answer OAuthServer::revoke(const Call& call) {
    const auto form = form_of(call);
    const auto token = required(form, "token");
    const auto& client = authenticated(call, form);
    const auto* access = tokens_.find(token, at_);
    const auto refresh = refresh_tokens_.find(token);
    const bool is_known = access || refresh != refresh_tokens_.end();
    const auto owner = access ? access->client : is_known ? refresh->second.client : std::nullopt;
    if (is_known && owner != client.id)
        throw OAuthError{403, "unauthorized_client", "You are not authorized to revoke this token"};
    if (is_known) {
        tokens_.revoke_client(client.id);
        std::erase_if(refresh_tokens_, [&](const auto& one) { return one.second.client == client.id; });
    }
    return shown({});
}

Answer OAuthServer::introspect(const Call& call) const {
    const auto form = form_of(call);
    const auto token = required(form, "token");
    authenticated(call, form);
    const auto* access = tokens_.find(token, at_);
    if (!access || !access->client) return shown({{"active", false}});
    const auto expires = std::chrono::floor<std::chrono::seconds>(*access->expires);
    return shown({{"active", true},
                  {"scope", to_text(access->scopes)},
                  {"client_id", *access->client},
                  {"token_type", "Bearer"},
                  {"exp", expires.time_since_epoch().count()},
                  {"owner", calendly_uri("users", access->user)},
                  {"organization", calendly_uri("organizations", state_.organization())}});
}

}  // namespace sandbox
