// What is asked of Calendly's OAuth server, and what its answers mean.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/url.hpp>

#include "calendly/oauth.hpp"
#include "calendly/parse.hpp"
#include "text/base64url.hpp"

namespace calendly_oauth_test {

using namespace calendly;
using namespace std::chrono_literals;

const OAuthApp web{"id", "secret", "https://hooks.example.com/calendly/oauth/callback"};
const OAuthApp native{"id", "", "http://localhost:8123/"};
const Tokens::Time asked{1'800'000'000s};

std::map<std::string, std::string> parameters(const std::string& query) {
    std::map<std::string, std::string> all;
    for (const auto& one : boost::urls::params_view(query)) all[one.key] = one.value;
    return all;
}

std::string refusal(std::string_view address) {
    try {
        parse_callback(address, "s1");
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

TEST(OAuth, TheBrowserIsSentWithAChallengeAndNeverWithASecret) {
    const auto pkce = Pkce::from(std::string(32, 'r'));
    const auto url = authorize_url("https://auth.calendly.com", web, pkce, "s1", "users:read webhooks:write");
    const auto asked_for = parameters(url.substr(url.find('?') + 1));
    EXPECT_TRUE(url.starts_with("https://auth.calendly.com/oauth/authorize?"));
    EXPECT_EQ(asked_for.at("redirect_uri"), web.redirect_uri);
    EXPECT_EQ(asked_for.at("code_challenge"), text::base64url_sha256(pkce.verifier));
    EXPECT_EQ(asked_for.at("code_challenge_method"), "S256");
    EXPECT_EQ(asked_for.at("scope"), "users:read webhooks:write");
    EXPECT_EQ(url.find("secret"), url.npos);
    EXPECT_EQ(url.find(pkce.verifier), url.npos);
    EXPECT_EQ(pkce.verifier.size(), 43u);
}

TEST(OAuth, TheAddressThatTheBrowserWasSentToIsReadHoweverItWasPasted) {
    for (const auto* address :
         {"https://x.org/cb?code=c1&state=s1", "  https://x.org/cb?state=s1&code=c1#_=_\n",
          "code=c1&state=s1", "http://localhost:8123/?code=c1&state=s1"})
        EXPECT_EQ(parse_callback(address, "s1").code, "c1") << address;
    const auto denied =
        parse_callback("https://x.org/cb?error=access_denied&error_description=No%20way&state=s1", "s1");
    EXPECT_EQ(denied.error, "access_denied");
    EXPECT_EQ(denied.description, "No way");
}

TEST(OAuth, AnotherAddressIsRefusedWithWhatToDo) {
    EXPECT_NE(refusal("https://x.org/cb?code=c1&state=other").find("another login"), std::string::npos);
    EXPECT_NE(refusal("https://x.org/cb?code=c1").find("another login"), std::string::npos);
    for (const auto* address : {"", "   ", "https://x.org/cb", "https://x.org/cb?", "hello", "%zz"})
        EXPECT_NE(refusal(address).find("copy all of it"), std::string::npos) << address;
}

TEST(OAuth, AWebAppShowsItsSecretInTheHeaderAndANativeAppHasNone) {
    const auto pkce = Pkce::from(std::string(32, 'r'));
    const auto of_web = redeem_request(web, pkce, "c1");
    EXPECT_EQ(of_web.authorization, "Basic " + text::base64("id:secret"));
    EXPECT_EQ(of_web.body.find("secret"), std::string::npos);
    EXPECT_EQ(parameters(of_web.body).at("code_verifier"), pkce.verifier);
    EXPECT_EQ(parameters(of_web.body).at("grant_type"), "authorization_code");
    const auto of_native = refresh_request(native, "r/1+=");
    EXPECT_EQ(of_native.authorization, "");
    EXPECT_EQ(parameters(of_native.body).at("client_id"), "id");
    EXPECT_EQ(parameters(of_native.body).at("refresh_token"), "r/1+=");
    const auto revocation = revoke_request(web, "t");
    EXPECT_EQ(revocation.authorization, "") << "the secret stands in the form";
    EXPECT_EQ(parameters(revocation.body).at("token"), "t");
    EXPECT_EQ(parameters(revocation.body).at("client_secret"), "secret");
}

TEST(OAuth, TokensAreRenewedAtFourFifthsOfTheirLife) {
    const auto tokens = parse_tokens(R"({"access_token": "a", "refresh_token": "r", "token_type": "Bearer",
        "expires_in": 7200, "created_at": 1, "scope": "users:read", "owner": "U", "organization": "O"})",
                                     asked);
    EXPECT_EQ(tokens.expires(), asked + 2h);
    EXPECT_EQ(tokens.renew_at(), asked + 96min);
    EXPECT_EQ(tokens.scopes, "users:read");
}

TEST(OAuth, AnAnswerWithoutItsTokensIsNone) {
    for (const auto* body :
         {"", "<html>", "[]", R"({"access_token": "a"})", R"({"access_token": "a", "refresh_token": "r"})",
          R"({"access_token": "a", "refresh_token": "r", "expires_in": "soon"})",
          R"({"access_token": "a", "refresh_token": "r", "expires_in": 0})"})
        EXPECT_THROW(parse_tokens(body, asked), ShapeError) << body;
}

TEST(OAuth, ErrorsAreToldByTheirCode) {
    EXPECT_EQ(parse_oauth_error(R"({"error": "invalid_grant", "error_description": "gone"})"),
              "invalid_grant");
    for (const auto* body : {"", "<html>", "[]", R"({"title": "x"})", R"({"error": 1})"})
        EXPECT_EQ(parse_oauth_error(body), "") << body;
}

}  // namespace calendly_oauth_test
