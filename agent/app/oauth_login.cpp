#include "app/oauth_login.hpp"

#include "app/calendly_account.hpp"
#include "calendly/file_token_store.hpp"
#include "calendly/http_account_api.hpp"
#include "calendly/http_token_server.hpp"
#include "calendly/personal_token.hpp"
#include "calendly/token_key.hpp"
#include "redis/redis_token_store.hpp"
#include "shared/webhook_entry.hpp"
#include "sync/connector_status.hpp"

namespace app {
namespace {

std::unique_ptr<calendly::TokenStore> make_store(const config::Connector& connector, redis::Client& client,
                                                 const std::string& own_name) {
    const auto& file = connector.oauth->token_file;
    if (!file.empty()) return std::make_unique<calendly::FileTokenStore>(file);
    return std::make_unique<redis::RedisTokenStore>(client, connector.name, own_name);
}

std::string place_of(const config::Connector& connector) {
    const auto& file = connector.oauth->token_file;
    return file.empty() ? "Redis, " + shared::connector_key(connector.name, "oauth") : file;
}

calendly::OAuthCredential::Settings credential_settings(const config::Connector& connector) {
    calendly::OAuthCredential::Settings settings;
    settings.connector = connector.name;
    settings.account = "oauth " + connector.oauth->client_id + " " + connector.name;
    settings.key = [file = connector.oauth->key_file] { return calendly::read_token_key(file); };
    return settings;
}

}  // namespace

std::shared_ptr<OAuthLogin> make_login(const config::Connector& connector, redis::Client& client,
                                       const std::string& own_name, net::Interruption& interruption) {
    if (!connector.oauth) return nullptr;
    const auto& oauth = *connector.oauth;
    const calendly::OAuthApp app{oauth.client_id, oauth.client_secret, oauth.redirect_uri};
    auto store = make_store(connector, client, own_name);
    auto server = std::make_unique<calendly::HttpTokenServer>(
        interruption.executor(), connector.calendly.auth_url, connector.calendly.ca_file, app);
    auto credential = std::make_shared<calendly::OAuthCredential>(
        interruption, credential_settings(connector), *store, *server);
    return std::make_shared<OAuthLogin>(
        OAuthLogin{app, oauth.key_file, place_of(connector), std::move(store), std::move(server),
                   redis::LoginDesk(client, connector.name), std::move(credential)});
}

std::shared_ptr<api::Credential> calendly_credential(const config::Connector& connector,
                                                     const OAuthLogin* login) {
    if (login) return login->credential;
    const auto user = calendly::read_personal_token(connector.access_token).user;
    return std::make_shared<api::StaticCredential>(connector.access_token, "Bearer ",
                                                   user.empty() ? user : calendly::account_of(user));
}

syncing::TokenEnd token_end_of(const OAuthLogin& login) {
    const auto& tokens = login.credential->tokens();
    syncing::TokenEnd end{.is_login = true, .at = {}};
    if (tokens) end.at = tokens->expires();
    return end;
}

syncing::TokenEnd token_end_of(const std::string& personal_token) {
    return {.is_login = false, .at = calendly::read_personal_token(personal_token).expires};
}

boost::asio::awaitable<api::Answer<calendly::LoginState>> check(OAuthLogin& login) {
    return login.credential->check();
}

boost::asio::awaitable<bool> hand_over(OAuthLogin& login, std::string state, std::string query) {
    return login.desk.hand_over(std::move(state), std::move(query));
}

bool lacks_role(const config::Connector& connector, calendly::Role role) {
    return connector.webhook.scope == "organization" && role == calendly::Role::user;
}

rules::Scopes needed_scopes(const config::Connector& connector) {
    return rules::needed_scopes(!connector.webhook.url.empty(), connector.webhook.events,
                                connector.scheduling.enabled);
}

std::unique_ptr<calendly::AccountApi> account_with(std::string access_token,
                                                   const config::Connector& connector,
                                                   net::Interruption& interruption) {
    const auto& calendly = connector.calendly;
    const auto credential = std::make_shared<api::StaticCredential>(std::move(access_token), "Bearer ");
    const auto unlimited = std::make_shared<api::Budget>(interruption.executor(), api::RateLimit{}, nullptr);
    return std::make_unique<calendly::HttpAccountApi>(
        interruption.executor(), calendly::ApiSettings{calendly.api_url, calendly.ca_file, credential, {}},
        unlimited, interruption);
}

}  // namespace app
