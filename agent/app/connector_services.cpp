#include "app/connector_services.hpp"

#include <algorithm>

#include "app/log.hpp"
#include "sync/timing.hpp"

namespace app {
namespace {

using namespace std::chrono_literals;

constexpr auto reply_timeout = 5s;
// A waiting read is answered after syncing::Timing::block at the latest.
constexpr auto blocking_reply_timeout = syncing::Timing{}.block + reply_timeout;

brevo::Budgets brevo_budgets(const std::string& account, api::RateLimit limit, Budgets& budgets) {
    return {budgets.get("brevo-contacts", account, limit), budgets.get("brevo-events", account, limit)};
}

}  // namespace

ConnectorServices::ConnectorServices(boost::asio::any_io_executor executor,
                                     const config::Connector& connector,
                                     std::shared_ptr<redis::Servers> servers, const std::string& consumer,
                                     Budgets& budgets)
    : log_(make_log(connector)),
      interruption_(executor),
      blocking_(executor, servers, blocking_reply_timeout),
      client_(executor, servers, reply_timeout),
      queue_(blocking_, client_, connector.name, consumer),
      people_(client_, connector.name, consumer, connector.retention),
      dead_letters_(client_, connector.name),
      calendly_credential_(std::make_shared<api::StaticCredential>(connector.access_token, "Bearer ")),
      brevo_credential_(std::make_shared<api::StaticCredential>(connector.brevo.api_key)),
      calendly_budget_(
          budgets.get("calendly", calendly_credential_->account(), connector.calendly.rate_limit)),
      brevo_budgets_(brevo_budgets(brevo_credential_->account(), connector.brevo.rate_limit, budgets)),
      calendly_(executor, {connector.calendly.api_url, connector.calendly.ca_file, calendly_credential_},
                calendly_budget_, interruption_),
      brevo_(executor, {connector.brevo.api_url, connector.brevo.ca_file, brevo_credential_}, brevo_budgets_,
             interruption_) {}

std::size_t ConnectorServices::calls_within(std::chrono::milliseconds duration) const {
    return std::min({calendly_budget_->calls_within(duration),
                     brevo_budgets_.contacts->calls_within(duration),
                     brevo_budgets_.events->calls_within(duration)});
}

void ConnectorServices::disconnect() {
    blocking_.close();
    client_.close();
}

}  // namespace app
