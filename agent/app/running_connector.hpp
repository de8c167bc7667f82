// One connector at work: the flow and what looks after it, on the services that they use.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "config/configuration.hpp"
#include "operating/connector.hpp"
#include "sync/connector_status.hpp"

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

// What a connector shares with others of its agent, or does not.
struct Company {
    std::size_t connectors = 1;          // of the agent, all of them
    bool may_change_keys = true;         // the file of signing keys is this connector's alone
    redis::PauseBoard* board = nullptr;  // tells whether it is paused; null: it asks for itself
};

class RunningConnector {
public:
    // `consumer` is this agent's name in the consumer groups.
    RunningConnector(boost::asio::any_io_executor executor, const config::Connector& connector,
                     std::shared_ptr<redis::Servers> servers, const std::string& consumer, Budgets& budgets,
                     const Company& company);
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
