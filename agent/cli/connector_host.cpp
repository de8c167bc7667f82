#include "cli/connector_host.hpp"

#include "cli/log.hpp"

namespace cli {
namespace {

using namespace std::chrono_literals;

constexpr auto reply_timeout = 5s;
// A waiting read is answered after syncing::Timing::block at the latest.
constexpr auto blocking_reply_timeout = syncing::Timing{}.block + reply_timeout;

calendly::ApiSettings calendly_settings(const config::Connector& connector) {
    return {connector.calendly.api_url, connector.calendly.ca_file, connector.access_token};
}

brevo::ApiSettings brevo_settings(const config::Connector& connector) {
    return {connector.brevo.api_url, connector.brevo.ca_file, connector.brevo.api_key};
}

std::shared_ptr<http::Pacer> calendly_pacer(const config::Connector& connector, Pacers& pacers) {
    return pacers.get("calendly", connector.access_token, connector.calendly.rate_limit);
}

brevo::Pacers brevo_pacers(const config::Connector& connector, Pacers& pacers) {
    const auto& brevo = connector.brevo;
    return {pacers.get("brevo contacts", brevo.api_key, brevo.rate_limit),
            pacers.get("brevo events", brevo.api_key, brevo.rate_limit)};
}

}  // namespace

std::shared_ptr<http::Pacer> Pacers::get(const std::string& kind, const std::string& credential,
                                         http::RateLimit limit) {
    auto& pacer = pacers_[kind + " " + credential];
    if (!pacer) pacer = std::make_shared<http::Pacer>(executor_, limit);
    return pacer;
}

ConnectorHost::ConnectorHost(boost::asio::any_io_executor executor, const config::Connector& connector,
                             std::shared_ptr<redis::Servers> servers, const std::string& consumer,
                             Pacers& pacers)
    : interruption_(executor),
      blocking_(executor, servers, blocking_reply_timeout),
      client_(executor, servers, reply_timeout),
      stream_(blocking_, client_, connector.name, consumer),
      store_(client_, connector.name, consumer, connector.retention),
      calendly_(executor, calendly_settings(connector), calendly_pacer(connector, pacers), interruption_),
      brevo_(executor, brevo_settings(connector), brevo_pacers(connector, pacers), interruption_),
      connector_(executor, connector, syncing::World{interruption_, stream_, store_, calendly_, brevo_},
                 make_log(connector)) {}

void ConnectorHost::disconnect() {
    blocking_.close();
    client_.close();
}

admin::ConnectorStatus ConnectorHost::status() const {
    return {connector_.name(), connector_.statistics(), connector_.in_flight()};
}

}  // namespace cli
