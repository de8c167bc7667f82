#include "app/oauth_login.hpp"

#include "calendly/file_token_store.hpp"
#include "calendly/token_key.hpp"
#include "redis/redis_token_store.hpp"
#include "shared/webhook_entry.hpp"

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

// The account is the connector's login, whoever it is that logged in: a limit that outlives every token and
// every process, though nobody knows the user before the store has been read.
calendly::OAuthCredential::Settings settings_of(const config::Connector& connector) {
    calendly::OAuthCredential::Settings settings;
    settings.connector = connector.name;
    settings.account = "oauth " + connector.oauth->client_id + " " + connector.name;
    settings.key = [file = connector.oauth->key_file] { return calendly::read_token_key(file); };
    return settings;
}

}  // namespace

std::unique_ptr<OAuthLogin> make_login(const config::Connector& connector, redis::Client& client,
                                       const std::string& own_name, net::Interruption& interruption) {
    if (!connector.oauth) return nullptr;
    const auto& oauth = *connector.oauth;
    const calendly::OAuthApp app{oauth.client_id, oauth.client_secret, oauth.redirect_uri};
    auto store = make_store(connector, client, own_name);
    auto server = std::make_unique<calendly::HttpTokenServer>(
        interruption.executor(), connector.calendly.auth_url, connector.calendly.ca_file, app);
    auto credential = std::make_shared<calendly::OAuthCredential>(interruption, settings_of(connector), *store,
                                                                  *server);
    return std::make_unique<OAuthLogin>(
        OAuthLogin{app, oauth.key_file, place_of(connector), std::move(store), std::move(server),
                   redis::LoginDesk(client, connector.name), std::move(credential)});
}

std::shared_ptr<api::Credential> calendly_credential(const config::Connector& connector,
                                                     const OAuthLogin* login) {
    if (login) return login->credential;
    return std::make_shared<api::StaticCredential>(connector.access_token, "Bearer ");
}

}  // namespace app
