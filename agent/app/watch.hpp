// The guardian of one connector, on the services that the connector uses.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "api/api_failure.hpp"
#include "config/configuration.hpp"
#include "rules/watch_report.hpp"

namespace app {

class ConnectorServices;

class Watch {
public:
    // Nothing is watched when webhook.check_every is off or webhook.url is missing. `is_agent_slow`: whether
    // a probe may have to wait for its turn. `may_change_keys`: the key file is this connector's alone.
    Watch(boost::asio::any_io_executor executor, const config::Connector& connector,
          ConnectorServices& services, std::function<bool()> is_agent_slow,
          std::function<void(const api::ApiFailure&)> note_scopes, bool may_change_keys);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();

    // Until the connector's services are interrupted.
    boost::asio::awaitable<void> run();

    // Nothing: it is not watched.
    std::optional<rules::WatchReport> report() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;  // null: nothing is watched
};

}  // namespace app
