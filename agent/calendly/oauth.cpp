#include "calendly/oauth.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/url/params_view.hpp>
#include <boost/url/parse_query.hpp>

#include "calendly/json_reader.hpp"
#include "calendly/parse.hpp"
#include "http/url.hpp"
#include "text/base64url.hpp"

namespace calendly {
namespace {

namespace json = boost::json;
namespace urls = boost::urls;

// A form as a browser would send it.
class Form {
public:
    Form& add(std::string_view name, std::string_view value) {
        text_.append(text_.empty() ? "" : "&").append(name).append("=").append(http::percent_encode(value));
        return *this;
    }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

// A web app shows its secret by HTTP Basic; a native app only says who it is.
TokenRequest request_of(const OAuthApp& app, Form form) {
    if (app.client_secret.empty()) return {form.add("client_id", app.client_id).text(), ""};
    return {form.text(), "Basic " + text::base64(app.client_id + ":" + app.client_secret)};
}

std::string parameter(const urls::params_view& parameters, const std::string& name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : std::string((*found).value);
}

// What stands after "?" in an address, or the text itself.
std::string query_of(std::string_view address) {
    const auto begin = address.find_first_not_of(" \t\r\n");
    if (begin == address.npos) return {};
    address = address.substr(begin, address.find_last_not_of(" \t\r\n") + 1 - begin);
    const auto mark = address.find('?');
    address = mark == address.npos ? address : address.substr(mark + 1);
    return std::string(address.substr(0, address.find('#')));
}

}  // namespace

Pkce Pkce::from(std::string_view random) {
    auto verifier = text::base64url(random);
    auto challenge = text::base64url_sha256(verifier);
    return {std::move(verifier), std::move(challenge)};
}

std::string authorize_url(std::string_view auth_url, const OAuthApp& app, const Pkce& pkce,
                          std::string_view state, std::string_view scopes) {
    Form form;
    form.add("client_id", app.client_id)
        .add("response_type", "code")
        .add("redirect_uri", app.redirect_uri)
        .add("code_challenge", pkce.challenge)
        .add("code_challenge_method", "S256")
        .add("state", state);
    if (!scopes.empty()) form.add("scope", scopes);
    return std::string(auth_url) + "/oauth/authorize?" + form.text();
}

Callback parse_callback(std::string_view address, std::string_view state) {
    const auto query = query_of(address);
    if (query.empty() || !urls::parse_query(query))
        throw std::invalid_argument("this is not the address that the browser was sent to: copy all of it");
    const urls::params_view parameters(query);
    const Callback callback{parameter(parameters, "code"), parameter(parameters, "error"),
                            parameter(parameters, "error_description")};
    if (callback.code.empty() && callback.error.empty())
        throw std::invalid_argument("the address has neither a code nor an error: copy all of it");
    if (parameter(parameters, "state") != state)
        throw std::invalid_argument(
            "the address belongs to another login (its state differs): use the one of this login");
    return callback;
}

TokenRequest redeem_request(const OAuthApp& app, const Pkce& pkce, std::string_view code) {
    Form form;
    form.add("grant_type", "authorization_code")
        .add("code", code)
        .add("redirect_uri", app.redirect_uri)
        .add("code_verifier", pkce.verifier);
    return request_of(app, std::move(form));
}

TokenRequest refresh_request(const OAuthApp& app, std::string_view refresh_token) {
    Form form;
    form.add("grant_type", "refresh_token").add("refresh_token", refresh_token);
    return request_of(app, std::move(form));
}

// Unlike the other two, it takes the secret in the form.
TokenRequest revoke_request(const OAuthApp& app, std::string_view token) {
    Form form;
    form.add("client_id", app.client_id);
    if (!app.client_secret.empty()) form.add("client_secret", app.client_secret);
    return {form.add("token", token).text(), ""};
}

Tokens parse_tokens(std::string_view body, Tokens::Time asked) {
    boost::system::error_code error;
    const auto value = json::parse({body.data(), body.size()}, error);
    if (error) throw ShapeError("not JSON: " + error.message());
    const JsonReader reader(value, "");
    Tokens tokens;
    tokens.access_token = reader.required_string("access_token");
    tokens.refresh_token = reader.required_string("refresh_token");
    tokens.scopes = reader.string("scope");
    tokens.owner = reader.string("owner");
    tokens.organization = reader.string("organization");
    tokens.obtained = tokens.logged_in = asked;
    const auto* life = reader.find("expires_in");
    const auto seconds = life && life->is_number() ? life->to_number<std::int64_t>(error) : 0;
    if (error || seconds < 1) throw ShapeError("expires_in: expected seconds");
    tokens.life = std::chrono::seconds(seconds);
    return tokens;
}

std::string parse_oauth_error(std::string_view body) {
    boost::system::error_code error;
    const auto value = json::parse({body.data(), body.size()}, error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* code = object ? object->if_contains("error") : nullptr;
    return code && code->is_string() ? std::string(code->as_string()) : std::string();
}

}  // namespace calendly
