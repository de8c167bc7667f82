// The sandbox's OAuth server is as strict as Calendly's.
#include <boost/url.hpp>

#include "text/base64url.hpp"
#include "sandbox/refusal.hpp"
#include "unit/sandbox/calendly_fixture.hpp"

namespace sandbox_oauth_test {

using namespace sandbox_test;

const std::string verifier(43, 'v');

class SandboxOAuth : public SandboxCalendly {
protected:
    SandboxOAuth() {
        api.oauth().add({"web", "secret", "https://x.org/callback", "app key"});
        api.oauth().add({"native", std::nullopt, "http://localhost:8123/cb", ""});
    }

    sandbox::Answer form(const std::string& path, const std::string& fields,
                         const std::string& authorization = "", sandbox::Instant at = monday) {
        auto request = call("POST", path, fields);
        request.content_type = "application/x-www-form-urlencoded";
        request.authorization = authorization;
        return api.handle(request, at);
    }
    static std::string basic(const std::string& pair) {
        static const std::map<std::string, std::string> encoded{{"web:secret", "Basic d2ViOnNlY3JldA=="},
                                                                {"web:wrong", "Basic d2ViOndyb25n"}};
        return encoded.at(pair);
    }
    std::string authorize_target(const std::string& client = "web", const std::string& more = "") const {
        const auto redirect =
            client == "web" ? "https%3A%2F%2Fx.org%2Fcallback" : "http%3A%2F%2Flocalhost%3A8123%2Fcb";
        return "/oauth/authorize?response_type=code&client_id=" + client + "&redirect_uri=" + redirect +
               "&state=s1&code_challenge_method=S256&code_challenge=" + text::base64url_sha256(verifier) +
               more;
    }
    // The parameters with which the browser is sent back.
    std::map<std::string, std::string> sent_back(const std::string& target) {
        const auto answer = get(target);
        EXPECT_EQ(answer.status, 302U);
        std::map<std::string, std::string> parameters;
        if (answer.headers.empty()) return parameters;
        boost::urls::url address(answer.headers.front().second);
        for (const auto& parameter : address.params()) parameters[parameter.key] = parameter.value;
        return parameters;
    }
    std::string code(const std::string& client = "web", const std::string& more = "") {
        return sent_back(authorize_target(client, more))["code"];
    }
    sandbox::Answer redeem(const std::string& code, sandbox::Instant at = monday,
                           const std::string& pair = "web:secret") {
        return form(
            "/oauth/token",
            "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fx.org%2Fcallback&code_verifier=" +
                verifier + "&code=" + code,
            basic(pair), at);
    }
    sandbox::Answer refresh(const std::string& token, sandbox::Instant at = monday) {
        return form("/oauth/token", "grant_type=refresh_token&refresh_token=" + token, basic("web:secret"),
                    at);
    }
    static std::string text(const sandbox::Answer& answer, const char* member) {
        return std::string(answer.body->at(member).as_string());
    }
    unsigned status_with(const std::string& token, sandbox::Instant at = monday) {
        auto request = call("GET", "/users/me");
        request.authorization = "Bearer " + token;
        return api.handle(request, at).status;
    }
};

TEST_F(SandboxOAuth, ACodeIsRedeemedOnceByWhomItWasGivenAndKnowsTheVerifier) {
    const auto first = code();
    EXPECT_EQ(redeem(first, monday, "web:wrong").status, 401U);
    const auto answer = redeem(first);
    ASSERT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body->at("expires_in"), 7200);
    EXPECT_EQ(status_with(text(answer, "access_token")), 200U);
    EXPECT_EQ(status_with(text(answer, "access_token"), monday + 7200s), 401U);
    EXPECT_EQ(text(redeem(first), "error"), "invalid_grant");
    EXPECT_EQ(text(redeem(code(), monday + 10min), "error"), "invalid_grant");
    const auto wrong =
        form("/oauth/token",
             "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fx.org%2Fcallback&code_verifier=" +
                 std::string(43, 'w') + "&code=" + code(),
             basic("web:secret"));
    EXPECT_EQ(text(wrong, "error"), "invalid_grant");
}

TEST_F(SandboxOAuth, ANativeAppHasNoSecret) {
    const auto given = code("native");
    const auto answer =
        form("/oauth/token",
             "grant_type=authorization_code&client_id=native&redirect_uri=http%3A%2F%2Flocalhost%3A"
             "8123%2Fcb&code_verifier=" +
                 verifier + "&code=" + given);
    EXPECT_EQ(answer.status, 200U);
}

TEST_F(SandboxOAuth, ARefreshTokenServesOnce) {
    const auto first = redeem(code());
    const auto old = text(first, "refresh_token");
    const auto second = refresh(old);
    ASSERT_EQ(second.status, 200U);
    EXPECT_EQ(text(refresh(old), "error"), "invalid_grant") << "no grace";
    EXPECT_EQ(refresh(text(second, "refresh_token")).status, 200U);
}

TEST_F(SandboxOAuth, EightTokenCallsAMinuteAreTaken) {
    auto token = text(redeem(code()), "refresh_token");
    for (int i = 0; i < 7; ++i) token = text(refresh(token), "refresh_token");
    EXPECT_EQ(refresh(token).status, 429U);
    EXPECT_EQ(refresh(token, monday + 61s).status, 200U) << "a refused call costs nobody the token";
}

TEST_F(SandboxOAuth, WhatIsWrongWithTheRequestIsToldToTheApp) {
    EXPECT_EQ(sent_back(authorize_target() + "&scope=everything")["error"], "invalid_scope");
    auto plain = authorize_target();
    plain.replace(plain.find("S256"), 4, "none");
    EXPECT_EQ(sent_back(plain)["error"], "invalid_request");
    api.oauth().next_consent({state.owner().id, {}, true});
    const auto denied = sent_back(authorize_target());
    EXPECT_EQ(denied.at("error"), "access_denied");
    EXPECT_EQ(denied.at("state"), "s1");
    auto elsewhere = authorize_target();
    elsewhere.replace(elsewhere.find("x.org"), 5, "y.org");
    EXPECT_EQ(get(elsewhere).status, 400U) << "nobody is sent to where the app is not";
}

TEST_F(SandboxOAuth, DeclinedScopesAreMissingAndNamedWhereTheyAreNeeded) {
    api.oauth().next_consent({state.owner().id, {"users:read"}, false});
    const auto token = text(redeem(code("web", "&scope=users%3Aread+webhooks%3Awrite")), "access_token");
    auto request = call("GET", "/users/me");
    request.authorization = "Bearer " + token;
    const auto answer = api.handle(request, monday);
    EXPECT_EQ(answer.status, 403U);
    EXPECT_EQ(answer.body->at("required_scopes").at(0), "users:read");
    auto listing = call("GET", "/webhook_subscriptions?scope=organization&" + in_organization());
    listing.authorization = "Bearer " + token;
    EXPECT_EQ(api.handle(listing, monday).status, 200U) << "write includes read";
}

TEST_F(SandboxOAuth, RevokingEndsBothTokens) {
    const auto answer = redeem(code());
    const auto token = text(answer, "access_token");
    EXPECT_EQ(form("/oauth/introspect", "token=" + token, basic("web:secret")).body->at("active"), true);
    EXPECT_EQ(form("/oauth/revoke", "client_id=native&token=" + token).status, 403U);
    EXPECT_EQ(form("/oauth/revoke", "token=" + token, basic("web:secret")).status, 200U);
    EXPECT_EQ(status_with(token), 401U);
    EXPECT_EQ(text(refresh(text(answer, "refresh_token")), "error"), "invalid_grant");
}

TEST_F(SandboxOAuth, RedirectionsAreToHttpsOrToLocalhost) {
    EXPECT_THROW(api.oauth().add({"bad", "s", "http://x.org/cb", ""}), sandbox::CalendlyRefusal);
    EXPECT_NO_THROW(api.oauth().add({"good", "s", "http://127.0.0.1:1/cb", ""}));
}

TEST_F(SandboxOAuth, SubscriptionsOfAnAppAreSignedWithItsKey) {
    const auto token = text(redeem(code()), "access_token");
    auto request = call("POST", "/webhook_subscriptions",
                        json::serialize(json::object{{"url", "https://hooks.x.org/a"},
                                                     {"organization", organization()},
                                                     {"scope", "organization"},
                                                     {"events", {"invitee.created"}}}));
    request.authorization = "Bearer " + token;
    ASSERT_EQ(api.handle(request, monday).status, 201U);
    EXPECT_EQ(subscriptions.get(subscriptions.ids().front()).signing_key, "app key");
}

}  // namespace sandbox_oauth_test
