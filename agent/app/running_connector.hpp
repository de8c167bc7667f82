// One connector at work: the flow and what looks after it, on the services that they use.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "config/configuration.hpp"
#include "operating/connector.hpp"
#include "sync/connector_status.hpp"
#include "sync/timing.hpp"

namespace redis {
class PauseBoard;
class Servers;
}  // namespace redis
namespace scheduling {
class Desk;
}

namespace app {

class Budgets;
class ConnectorServices;
struct OAuthLogin;

class RunningConnector {
public:
    // `consumer` is this agent's name in the consumer groups. `may_change_keys`: the file of signing keys is
    // this connector's alone. `board`: tells whether it is paused; null: it asks for itself.
    RunningConnector(boost::asio::any_io_executor executor, const config::Connector& connector,
                     std::shared_ptr<redis::Servers> servers, const std::string& consumer, Budgets& budgets,
                     bool may_change_keys, const syncing::Timing& timing, redis::PauseBoard* board);
    RunningConnector(const RunningConnector&) = delete;
    RunningConnector& operator=(const RunningConnector&) = delete;
    ~RunningConnector();

    // Until stop(), and then until everything in flight is finished.
    boost::asio::awaitable<void> run();
    void stop();

    // Closes the connections to Redis; what still runs fails.
    void disconnect();

    syncing::ConnectorStatus status() const;

    // As operators act on it; lives as long.
    const operating::OperatedConnector& operated() const noexcept;

    // Null with a personal token.
    OAuthLogin* login() noexcept;

    // Null without scheduling.
    scheduling::Desk* desk() noexcept;

private:
    struct Repair;
    struct Parts;
    static operating::OperatedConnector operated_by(const std::string& name, ConnectorServices& services,
                                                    Repair& repair);

    std::unique_ptr<Parts> parts_;
};

}  // namespace app
