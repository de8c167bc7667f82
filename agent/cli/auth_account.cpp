#include "cli/auth_account.hpp"

#include <fmt/format.h>

namespace cli {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto login_check_pause = 200ms;
constexpr auto lock_lasts_at_most = 45s;  // of a process that died, half a minute

}  // namespace

boost::json::object to_json(const calendly::User& user) {
    return {{"name", user.name}, {"email", user.email}, {"uri", user.uri}};
}

std::string describe(const calendly::User& user) {
    if (user.email.empty()) return user.name.empty() ? user.uri : user.name;
    return fmt::format("{} <{}>", user.name, user.email);
}

app::OAuthLogin& login_of(Session& session, const std::string& command) {
    if (auto* login = session.services().login()) return *login;
    throw CommandError(fmt::format(
        "{}: connectors.{} uses a personal access token, for which there is no {}: a token is made and "
        "revoked in "
        "Calendly (Integrations & apps > API & webhooks); to log in instead, replace access_token by oauth: "
        "{{client_id, client_secret, redirect_uri}}",
        session.config_path(), session.connector().name, command));
}

asio::awaitable<void> lock_tokens(Session& session, app::OAuthLogin& login) {
    const auto give_up = std::chrono::steady_clock::now() + lock_lasts_at_most;
    for (bool is_said = false;; is_said = true) {
        try {
            const bool is_locked = co_await login.store->try_lock();
            if (is_locked) co_return;
        } catch (const calendly::TokenStoreError& error) {
            throw CommandError(error.what());
        }
        if (!is_said) fmt::print(stderr, "another process renews the token; waiting until it is done\n");
        if (std::chrono::steady_clock::now() >= give_up)
            throw CommandError("another process has been renewing the token for too long: try again");
        co_await session.services().interruption().sleep(login_check_pause);
    }
}

asio::awaitable<void> unlock_tokens(app::OAuthLogin& login) {
    try {
        co_await login.store->unlock();
    } catch (const calendly::TokenStoreError&) {
        // The lock ends by itself.
    }
}

}  // namespace cli
