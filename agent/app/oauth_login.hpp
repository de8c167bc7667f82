// What a connector with `oauth` instead of a token is made of: the stored login, and whom it is renewed with.
#pragma once

#include <memory>
#include <string>

#include "calendly/oauth_credential.hpp"
#include "calendly/token_server.hpp"
#include "calendly/token_store.hpp"
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

}  // namespace app
