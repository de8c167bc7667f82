#include "app/connector_services.hpp"

#include <algorithm>

#include "app/log.hpp"
#include "redis/shared_schedule.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;

constexpr auto reply_timeout = 5s;
constexpr auto budget_reply_timeout = 1s;  // then the agent's own schedule counts
// A waiting read is answered after syncing::Timing::block at the latest.
constexpr auto blocking_reply_timeout = syncing::Timing{}.block + reply_timeout;

calendly::ApiSettings calendly_settings(const config::Connector& connector) {
    return {connector.calendly.api_url, connector.calendly.ca_file,
            std::make_shared<api::StaticCredential>(connector.access_token, "Bearer ")};
}

brevo::ApiSettings brevo_settings(const config::Connector& connector) {
    return {connector.brevo.api_url, connector.brevo.ca_file,
            std::make_shared<api::StaticCredential>(connector.brevo.api_key)};
}

std::shared_ptr<api::Budget> calendly_budget(const config::Connector& connector, Budgets& budgets) {
    return budgets.get("calendly", connector.access_token, connector.calendly.rate_limit);
}

brevo::Budgets brevo_budgets(const config::Connector& connector, Budgets& budgets) {
    const auto& brevo = connector.brevo;
    return {budgets.get("brevo-contacts", brevo.api_key, brevo.rate_limit),
            budgets.get("brevo-events", brevo.api_key, brevo.rate_limit)};
}

syncing::CallsWithin calls_within(const config::Connector& connector, Budgets& budgets) {
    const auto calendly = calendly_budget(connector, budgets);
    const auto brevo = brevo_budgets(connector, budgets);
    return [calendly, brevo](std::chrono::milliseconds duration) {
        return std::min({calendly->calls_within(duration), brevo.contacts->calls_within(duration),
                         brevo.events->calls_within(duration)});
    };
}

syncing::ConnectorSettings settings_of(const config::Connector& connector) {
    return {connector.name, connector.mapping, connector.brevo.create_attributes, connector.log_webhooks};
}

}  // namespace

Budgets::Budgets(boost::asio::any_io_executor executor, std::shared_ptr<redis::Servers> servers)
    : executor_(std::move(executor)),
      client_(std::make_shared<redis::Client>(executor_, std::move(servers), budget_reply_timeout)) {}

std::shared_ptr<api::Budget> Budgets::get(const std::string& api, const std::string& credential,
                                          api::RateLimit limit) {
    const auto key = redis::budget_key(api, credential);
    auto& budget = budgets_[key];
    if (!budget) {
        auto shared = std::make_shared<redis::SharedSchedule>(client_, key);
        budget = std::make_shared<api::Budget>(executor_, limit, std::move(shared));
    }
    budget->tighten(limit);
    return budget;
}

ConnectorServices::ConnectorServices(boost::asio::any_io_executor executor,
                                     const config::Connector& connector,
                                     std::shared_ptr<redis::Servers> servers, const std::string& consumer,
                                     Budgets& budgets)
    : interruption_(executor),
      blocking_(executor, servers, blocking_reply_timeout),
      client_(executor, servers, reply_timeout),
      queue_(blocking_, client_, connector.name, consumer),
      people_(client_, connector.name, consumer, connector.retention),
      dead_letters_(client_, connector.name),
      calendly_(executor, calendly_settings(connector), calendly_budget(connector, budgets), interruption_),
      brevo_(executor, brevo_settings(connector), brevo_budgets(connector, budgets), interruption_),
      connector_(executor, settings_of(connector),
                 syncing::World{interruption_, queue_, people_, dead_letters_, calendly_, brevo_,
                                calls_within(connector, budgets)},
                 make_log(connector)) {}

void ConnectorServices::disconnect() {
    blocking_.close();
    client_.close();
}

}  // namespace app
