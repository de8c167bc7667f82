// What the commands of `auth` say of an account, and what they need of it.
#pragma once

#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "app/oauth_login.hpp"
#include "calendly/account_types.hpp"
#include "cli/session.hpp"
#include "rules/scopes.hpp"

namespace cli {

// {"name", "email", "uri"}
boost::json::object to_json(const calendly::User& user);
// "Ada Lovelace <ada@example.com>"
std::string describe(const calendly::User& user);

// The connector's login. Throws CommandError, which says what to do, when it uses a personal token.
// `command`: "auth login".
app::OAuthLogin& login_of(Session& session, const std::string& command);

// While it lasts, no other process renews or replaces the stored tokens. Said when it takes long. Throws
// CommandError, net::Interrupted.
boost::asio::awaitable<void> lock_tokens(Session& session, app::OAuthLogin& login);
boost::asio::awaitable<void> unlock_tokens(app::OAuthLogin& login);

}  // namespace cli
