#include "app/connector_services.hpp"

#include <algorithm>

#include "api/credential.hpp"
#include "api/traffic.hpp"
#include "app/budgets.hpp"
#include "app/calendly_account.hpp"
#include "app/log.hpp"
#include "app/operator_stores.hpp"
#include "brevo/http_api.hpp"
#include "brevo/http_list_api.hpp"
#include "calendly/http_account_api.hpp"
#include "calendly/http_api.hpp"
#include "calendly/http_listing_api.hpp"
#include "calendly/http_scheduling_api.hpp"
#include "redis/client.hpp"
#include "redis/redis_booking_store.hpp"
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

brevo::Budgets brevo_budgets(const Budgets::Whose& whose, const config::Connector& connector,
                             Budgets& budgets) {
    const auto limit = connector.brevo.rate_limit;
    const auto share = connector.reconcile.share;
    return {budgets.get("brevo-contacts", whose, limit, share),
            budgets.get("brevo-events", whose, limit, share)};
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
          queue(blocking, client, shared::webhooks_key(connector.name), own_name),
          people(client, connector.name, own_name, connector.retention, shared::webhooks_key(connector.name),
                 connector.timeline),
          dead_letters(client, connector.name, shared::webhooks_key(connector.name), connector.timeline),
          history_blocking(executor, servers, blocking_reply_timeout),
          history_queue(history_blocking, client, shared::history_key(connector.name), own_name),
          history_people(client, connector.name, own_name, connector.retention,
                         shared::history_key(connector.name), connector.timeline),
          history_dead_letters(client, connector.name, shared::history_key(connector.name),
                               connector.timeline),
          upkeep(client, connector.name, own_name),
          history_store(client, connector.name, own_name),
          traffic(std::make_shared<api::Traffic>()),
          login(make_login(connector, client, own_name, interruption)),
          calendly_credential(app::calendly_credential(connector, login.get())),
          brevo_credential(std::make_shared<api::StaticCredential>(connector.brevo.api_key)),
          calendly_budget(budgets.get("calendly", calendly_credential, connector.calendly.rate_limit,
                                      connector.reconcile.share)),
          contact_budgets(brevo_budgets(brevo_credential, connector, budgets)),
          calendly(executor, calendly_settings(connector), calendly_budget, interruption),
          account(executor, calendly_settings(connector), calendly_budget, interruption),
          history_account(executor, calendly_settings(connector), calendly_budget, interruption,
                          api::ServiceClass::history),
          listing(executor, calendly_settings(connector), calendly_budget, interruption,
                  api::ServiceClass::webhook),
          history(executor, calendly_settings(connector), calendly_budget, interruption,
                  api::ServiceClass::history),
          scheduling(executor, calendly_settings(connector), calendly_budget, interruption),
          visitors(executor, calendly_settings(connector), calendly_budget, interruption,
                   api::ServiceClass::visitor),
          bookings(client, connector.name, [this] { return calendly_credential->account(); }),
          brevo(executor, brevo_settings(connector), contact_budgets, interruption),
          brevo_lists(executor, brevo_settings(connector), contact_budgets, interruption),
          operators(executor, connector, client, brevo_settings(connector), contact_budgets, interruption),
          history_brevo(executor, brevo_settings(connector), contact_budgets, interruption,
                        api::ServiceClass::history) {}

    calendly::ApiSettings calendly_settings(const config::Connector& connector) const {
        return {connector.calendly.api_url, connector.calendly.ca_file, calendly_credential, traffic};
    }

    brevo::ApiSettings brevo_settings(const config::Connector& connector) const {
        return {connector.brevo.api_url, connector.brevo.ca_file, brevo_credential, traffic};
    }

    std::shared_ptr<spdlog::logger> log;
    net::Interruption interruption;
    redis::Client blocking;  // for reads that wait
    redis::Client client;    // for all else
    redis::RedisEntryQueue queue;
    redis::RedisPersonStore people;
    redis::RedisDeadLetterQueue dead_letters;
    redis::Client history_blocking;
    redis::RedisEntryQueue history_queue;
    redis::RedisPersonStore history_people;
    redis::RedisDeadLetterQueue history_dead_letters;
    redis::RedisUpkeepStore upkeep;
    redis::RedisHistoryStore history_store;
    std::shared_ptr<api::Traffic> traffic;
    std::shared_ptr<OAuthLogin> login;
    std::shared_ptr<api::Credential> calendly_credential;
    std::shared_ptr<api::Credential> brevo_credential;
    std::shared_ptr<api::Budget> calendly_budget;
    brevo::Budgets contact_budgets;
    calendly::HttpApi calendly;
    calendly::HttpAccountApi account, history_account;
    calendly::HttpListingApi listing;
    calendly::HttpListingApi history;
    calendly::HttpSchedulingApi scheduling;
    calendly::HttpListingApi visitors;
    redis::RedisBookingStore bookings;
    brevo::HttpApi brevo;
    brevo::HttpListApi brevo_lists;
    OperatorStores operators;
    brevo::HttpApi history_brevo;
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
redis::EntryQueue& ConnectorServices::history_queue() noexcept {
    return parts_->history_queue;
}
redis::PersonStore& ConnectorServices::history_people() noexcept {
    return parts_->history_people;
}
redis::DeadLetterQueue& ConnectorServices::history_dead_letters() noexcept {
    return parts_->history_dead_letters;
}
redis::Timeline& ConnectorServices::timeline() noexcept {
    return parts_->operators.timeline();
}
redis::DeadLetterDesk& ConnectorServices::dead_letter_desk() noexcept {
    return parts_->operators.dead_letter_desk();
}
redis::PauseSwitch& ConnectorServices::pause_switch() noexcept {
    return parts_->operators.pause_switch();
}
redis::BacklogGauge& ConnectorServices::backlog() noexcept {
    return parts_->operators.backlog();
}
redis::Erasure& ConnectorServices::erasure() noexcept {
    return parts_->operators.erasure();
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
calendly::AccountApi& ConnectorServices::history_account() noexcept {
    return parts_->history_account;
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
calendly::SchedulingApi& ConnectorServices::scheduling() noexcept {
    return parts_->scheduling;
}
calendly::ListingApi& ConnectorServices::visitors() noexcept {
    return parts_->visitors;
}
redis::BookingStore& ConnectorServices::bookings() noexcept {
    return parts_->bookings;
}
brevo::Api& ConnectorServices::brevo() noexcept {
    return parts_->brevo;
}
brevo::ListApi& ConnectorServices::brevo_lists() noexcept {
    return parts_->brevo_lists;
}
brevo::ErasureApi& ConnectorServices::brevo_erasure() noexcept {
    return parts_->operators.brevo_erasure();
}
brevo::Api& ConnectorServices::history_brevo() noexcept {
    return parts_->history_brevo;
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

std::shared_ptr<const api::Traffic> ConnectorServices::traffic() const noexcept {
    return parts_->traffic;
}

std::array<double, api::all_apis.size()> ConnectorServices::used_budgets() const {
    std::array<double, api::all_apis.size()> used{};
    const auto note = [&](api::ApiName api, const api::Budget& budget) {
        used[static_cast<std::size_t>(api)] = budget.used_ratio();
    };
    note(api::ApiName::calendly, *parts_->calendly_budget);
    note(api::ApiName::brevo_contacts, *parts_->contact_budgets.contacts);
    note(api::ApiName::brevo_events, *parts_->contact_budgets.events);
    return used;
}

void ConnectorServices::disconnect() {
    parts_->blocking.close();
    parts_->history_blocking.close();
    parts_->client.close();
}

}  // namespace app
