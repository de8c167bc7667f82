// Calendly's OAuth 2.0 server: authorization code with PKCE, refresh tokens that can be used once,
// revocation. https://developer.calendly.com/authentication
#pragma once

#include <functional>

#include "sandbox/calendly_access.hpp"
#include "sandbox/calendly_state.hpp"
#include "sandbox/router.hpp"

namespace sandbox {

struct OAuthClient {
    std::string id;
    std::optional<std::string> secret;  // of a web app; a native app has none
    std::string redirect_uri;           // one, and exact
    std::string signing_key;            // of the subscriptions that are made with its tokens
};

// What the person says whom an app sends to Calendly.
struct Consent {
    std::string user;  // an id
    Scopes declined;
    bool refuses = false;  // everything
};

class OAuthServer {
public:
    // The state and the tokens must outlive it.
    OAuthServer(const CalendlyState& state, Tokens& tokens);

    // Throws CalendlyRefusal when the redirection is to plain HTTP, but for localhost.
    void add(OAuthClient client);
    const OAuthClient* find(std::string_view id) const;
    void next_consent(Consent consent) { consent_ = std::move(consent); }
    // Access tokens given from now on live so long.
    void set_life(std::chrono::seconds life) { life_ = life; }

    static bool is_for(const Call& call) { return call.path.starts_with("/oauth/"); }
    Answer handle(Call call, Instant at);

private:
    struct Code {
        std::string client, challenge;
        Access access;
        Instant expires{};
    };
    using Form = std::map<std::string, std::string>;

    Answer authorize(const Call& call);
    Answer give_tokens(const Call& call);
    Answer revoke(const Call& call);
    Answer introspect(const Call& call) const;
    Access redeem(const Form& form, const OAuthClient& client);
    Access refresh(const Form& form, const OAuthClient& client);
    json::object issue(Access access);
    const OAuthClient& authenticated(const Call& call, const Form& form) const;
    void count_call(const std::string& user);

    const CalendlyState& state_;
    Tokens& tokens_;
    Router router_;
    std::map<std::string, OAuthClient, std::less<>> clients_;
    std::map<std::string, Code> codes_;
    std::map<std::string, Access> refresh_tokens_;
    std::map<std::string, std::vector<Instant>> calls_;  // of the last minute, by user
    Consent consent_;
    std::chrono::seconds life_{7200};
    Instant at_{};  // when the call being handled came
};

}  // namespace sandbox
