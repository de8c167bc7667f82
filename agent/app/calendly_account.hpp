// Whom a connector calls Calendly as: a personal token, or a login (see app/oauth_login.hpp).
#pragma once

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "api/credential.hpp"
#include "calendly/account_types.hpp"
#include "calendly/login_state.hpp"
#include "config/configuration.hpp"
#include "net/interruption.hpp"
#include "rules/scopes.hpp"

namespace calendly {
class AccountApi;
}
namespace redis {
class Client;
}
namespace syncing {
struct TokenEnd;
}

namespace app {

struct OAuthLogin;

// Null for a connector with a token. Nothing is asked or read yet: a key that is missing now may be there
// when it is needed.
std::shared_ptr<OAuthLogin> make_login(const config::Connector& connector, redis::Client& client,
                                       const std::string& own_name, net::Interruption& interruption);

// That of the login, or the personal token.
std::shared_ptr<api::Credential> calendly_credential(const config::Connector& connector,
                                                     const OAuthLogin* login);

// When what is stored of the login ends; a personal token says it itself.
syncing::TokenEnd token_end_of(const OAuthLogin& login);
syncing::TokenEnd token_end_of(const std::string& personal_token);

// As OAuthCredential::check().
boost::asio::awaitable<api::Answer<calendly::LoginState>> check(OAuthLogin& login);

// As LoginDesk::hand_over(). Throws redis::Error.
boost::asio::awaitable<bool> hand_over(OAuthLogin& login, std::string state, std::string query);

// What the configuration needs of the token.
rules::Scopes needed_scopes(const config::Connector& connector);

// Whether it is for an organization's owner or admin, and this user is neither.
bool lacks_role(const config::Connector& connector, calendly::Role role);

// As the account that the token belongs to, before it is the connector's: without its budget, for a call or
// two.
std::unique_ptr<calendly::AccountApi> account_with(std::string access_token,
                                                   const config::Connector& connector,
                                                   net::Interruption& interruption);

}  // namespace app
