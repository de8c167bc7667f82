#include "app/connector_services.hpp"

#include <algorithm>

#include "api/credential.hpp"
#include "app/budgets.hpp"
#include "app/calendly_account.hpp"
#include "app/log.hpp"
#include "brevo/http_api.hpp"
#include "calendly/http_account_api.hpp"
#include "calendly/http_api.hpp"
#include "calendly/http_listing_api.hpp"
#include "redis/client.hpp"
#include "redis/redis_dead_letter_queue.hpp"
#include "redis/redis_entry_queue.hpp"
#include "redis/redis_history_store.hpp"
#include "redis/redis_person_store.hpp"
#include "redis/redis_upkeep_store.hpp"
#include "sync/longest_block.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto reply_timeout = 5s;
// A waiting read is answered after so long at the latest.
constexpr auto blocking_reply_timeout = syncing::longest_block + reply_timeout;

brevo::Budgets brevo_budgets(const std::string& account, api::RateLimit limit, Budgets& budgets) {
    return {budgets.get("brevo-contacts", account, limit), budgets.get("brevo-events", account, limit)};
}

}  // namespace

// In the order in which they need each other.
struct ConnectorServices::Parts {
    Parts(asio::any_io_executor executor, const config::Connector& connector,
          std::shared_ptr<redis::Servers> servers, const std::string& own_name, Budgets& budgets)
        : log(make_log(connector)),
          interruption(executor),
          blocking(executor, servers, blocking_reply_timeout),
          client(executor, servers, reply_timeout),
          queue(blocking, client, connector.name, own_name),
          people(client, connector.name, own_name, connector.retention),
          dead_letters(client, connector.name),
          upkeep(client, connector.name, own_name),
          history_store(client, connector.name, own_name),
          login(make_login(connector, client, own_name, interruption)),
          calendly_credential(app::calendly_credential(connector, login.get())),
          brevo_credential(std::make_shared<api::StaticCredential>(connector.brevo.api_key)),
          calendly_budget(budgets.get("calendly", calendly_credential->account(),
                                      connector.calendly.rate_limit, connector.reconcile.share)),
          contact_budgets(brevo_budgets(brevo_credential->account(), connector.brevo.rate_limit, budgets)),
          calendly(executor, calendly_settings(connector), calendly_budget, interruption),
          account(executor, calendly_settings(connector), calendly_budget, interruption),
          listing(executor, calendly_settings(connector), calendly_budget, interruption,
                  api::ServiceClass::webhook),
          history(executor, calendly_settings(connector), calendly_budget, interruption,
                  api::ServiceClass::history),
          brevo(executor, {connector.brevo.api_url, connector.brevo.ca_file, brevo_credential},
                contact_budgets, interruption) {}

    calendly::ApiSettings calendly_settings(const config::Connector& connector) const {
        return {connector.calendly.api_url, connector.calendly.ca_file, calendly_credential};
    }

    std::shared_ptr<spdlog::logger> log;
    net::Interruption interruption;
    redis::Client blocking;  // for reads that wait
    redis::Client client;    // for all else
    redis::RedisEntryQueue queue;
    redis::RedisPersonStore people;
    redis::RedisDeadLetterQueue dead_letters;
    redis::RedisUpkeepStore upkeep;
    redis::RedisHistoryStore history_store;
    std::shared_ptr<OAuthLogin> login;
    std::shared_ptr<api::Credential> calendly_credential;
    std::shared_ptr<api::Credential> brevo_credential;
    std::shared_ptr<api::Budget> calendly_budget;
    brevo::Budgets contact_budgets;
    calendly::HttpApi calendly;
    calendly::HttpAccountApi account;
    calendly::HttpListingApi listing;
    calendly::HttpListingApi history;
    brevo::HttpApi brevo;
};

ConnectorServices::ConnectorServices(asio::any_io_executor executor, const config::Connector& connector,
                                     std::shared_ptr<redis::Servers> servers, const std::string& own_name,
                                     Budgets& budgets)
    : parts_(std::make_unique<Parts>(std::move(executor), connector, std::move(servers), own_name, budgets)) {
}

ConnectorServices::~ConnectorServices() = default;

net::Interruption& ConnectorServices::interruption() noexcept {
    return parts_->interruption;
}
redis::Client& ConnectorServices::redis() noexcept {
    return parts_->client;
}
redis::EntryQueue& ConnectorServices::queue() noexcept {
    return parts_->queue;
}
redis::PersonStore& ConnectorServices::people() noexcept {
    return parts_->people;
}
redis::DeadLetterQueue& ConnectorServices::dead_letters() noexcept {
    return parts_->dead_letters;
}
redis::UpkeepStore& ConnectorServices::upkeep() noexcept {
    return parts_->upkeep;
}
redis::HistoryStore& ConnectorServices::history_store() noexcept {
    return parts_->history_store;
}
calendly::Api& ConnectorServices::calendly() noexcept {
    return parts_->calendly;
}
calendly::AccountApi& ConnectorServices::account() noexcept {
    return parts_->account;
}
OAuthLogin* ConnectorServices::login() noexcept {
    return parts_->login.get();
}
calendly::ListingApi& ConnectorServices::listing() noexcept {
    return parts_->listing;
}
calendly::ListingApi& ConnectorServices::history() noexcept {
    return parts_->history;
}
brevo::Api& ConnectorServices::brevo() noexcept {
    return parts_->brevo;
}
const std::shared_ptr<spdlog::logger>& ConnectorServices::log() const noexcept {
    return parts_->log;
}

void ConnectorServices::yield_to_webhooks() {
    parts_->calendly_budget->yield_to_webhooks();
}

std::size_t ConnectorServices::calls_within(std::chrono::milliseconds duration) const {
    return std::min({parts_->calendly_budget->calls_within(duration),
                     parts_->contact_budgets.contacts->calls_within(duration),
                     parts_->contact_budgets.events->calls_within(duration)});
}

void ConnectorServices::disconnect() {
    parts_->blocking.close();
    parts_->client.close();
}

}  // namespace app
