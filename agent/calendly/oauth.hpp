// OAuth 2.0 as Calendly speaks it: what is asked, and what the answers mean. No I/O, no clock.
// https://developer.calendly.com/authentication
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace calendly {

struct OAuthApp {
    std::string client_id;
    std::string client_secret;  // "" of a native app
    std::string redirect_uri;
};

// Proof that who redeems a code is who asked for it (RFC 7636).
struct Pkce {
    std::string verifier;   // kept
    std::string challenge;  // sent with the question

    // `random` has 32 bytes at least.
    static Pkce from(std::string_view random);
};

// Where the browser is sent to. `auth_url`: "https://auth.calendly.com".
std::string authorize_url(std::string_view auth_url, const OAuthApp& app, const Pkce& pkce,
                          std::string_view state, std::string_view scopes);

// What the browser came back with.
struct Callback {
    std::string code;
    std::string error;        // "access_denied"; "" with a code
    std::string description;  // of the error
};

// Of the address, or only its query, that the browser was sent to. Throws std::invalid_argument, with what to
// do, when it is no such address, or is the answer to another question (`state`).
Callback parse_callback(std::string_view address, std::string_view state);

// A form for POST /oauth/token, and the value of its Authorization field ("" of a native app).
struct TokenRequest {
    std::string body;
    std::string authorization;
};
TokenRequest redeem_request(const OAuthApp& app, const Pkce& pkce, std::string_view code);
TokenRequest refresh_request(const OAuthApp& app, std::string_view refresh_token);
// For POST /oauth/revoke.
TokenRequest revoke_request(const OAuthApp& app, std::string_view token);

struct Tokens {
    using Time = std::chrono::system_clock::time_point;

    std::string access_token;
    std::string refresh_token;
    std::string scopes;        // with blanks between them
    std::string owner;         // URI of the user
    std::string organization;  // URI
    Time obtained{};           // by our clock
    std::chrono::seconds life{0};
    Time logged_in{};         // when the person did whose pair this descends from
    bool is_refused = false;  // the server does not take the refresh token: this pair is the last one

    Time expires() const { return obtained + life; }
    // At 80 % of its life: early enough to fail and try again.
    Time renew_at() const { return obtained + life * 4 / 5; }
};

// Of a 2xx answer of /oauth/token that was asked for at `asked`. Throws ShapeError.
Tokens parse_tokens(std::string_view body, Tokens::Time asked);

// What an answer that is not 2xx says: "invalid_grant". "" when it is not OAuth's own form.
std::string parse_oauth_error(std::string_view body);

}  // namespace calendly
