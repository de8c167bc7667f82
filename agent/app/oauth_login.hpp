// What a connector with `oauth` instead of a token is made of: the stored login, and whom it is renewed with.
#pragma once

#include <memory>
#include <string>

#include "calendly/http_token_server.hpp"
#include "calendly/oauth_credential.hpp"
#include "calendly/token_store.hpp"
#include "config/configuration.hpp"
#include "net/interruption.hpp"
#include "redis/login_desk.hpp"

namespace app {

struct OAuthLogin {
    calendly::OAuthApp app;
    std::string key_file;
    std::string place;  // of the tokens, for people: "Redis, calendly:{calendly}:oauth" or a path
    std::unique_ptr<calendly::TokenStore> store;
    std::unique_ptr<calendly::TokenServer> server;
    redis::LoginDesk desk;
    std::shared_ptr<calendly::OAuthCredential> credential;
};

// Null for a connector with a token. Nothing is asked or read yet: a key that is missing now may be there when
// it is needed.
std::unique_ptr<OAuthLogin> make_login(const config::Connector& connector, redis::Client& client,
                                       const std::string& own_name, net::Interruption& interruption);

// That of the login, or the personal token.
std::shared_ptr<api::Credential> calendly_credential(const config::Connector& connector,
                                                     const OAuthLogin* login);

}  // namespace app
