// The connectors of one reading of the configuration, at work.
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "app/budgets.hpp"
#include "config/configuration.hpp"
#include "net/event.hpp"
#include "operating/connector.hpp"
#include "sync/connector_status.hpp"
#include "web/login_page.hpp"

namespace scheduling {
class Desk;
}

namespace app {

class RunningConnector;
struct Company;

class Generation {
public:
    using Time = std::chrono::steady_clock::time_point;

    // Starts every enabled connector. `consumer` is this agent's name in the consumer groups; `former`, if
    // any, knows which of the Redis servers is the master.
    Generation(boost::asio::any_io_executor executor, const config::Configuration& configuration,
               const std::string& consumer, const Generation* former);
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;
    ~Generation();

    // Reads nothing more, waits until every connector has finished what it had begun, and disconnects. False:
    // `deadline` came first; what goes on refers to what is here.
    boost::asio::awaitable<bool> drain(Time deadline);

    std::vector<syncing::ConnectorStatus> status() const;

    // Of a browser that comes from Calendly: to the login of one of the connectors that waits for it.
    boost::asio::awaitable<web::Handover> hand_over_login(std::string state, std::string query);

    // As operators act on them, in the order of status(). They refer to what is here: whoever keeps one keeps
    // the generation.
    std::vector<const operating::OperatedConnector*> operated() const;

    // Of the connectors that have scheduling.
    std::vector<scheduling::Desk*> desks() const;

private:
    struct Pauses;

    void start(const config::Connector& connector, const Company& company, const std::string& consumer);
    void on_finished(std::exception_ptr error);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<redis::Servers> servers_;
    Budgets budgets_;
    std::shared_ptr<Pauses> pauses_;  // null: each connector asks for itself
    std::vector<std::unique_ptr<RunningConnector>> connectors_;
    std::size_t running_ = 0;
    net::Event all_finished_;
};

}  // namespace app
