// The daemon: every enabled connector, the admin API, signals and systemd.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "app/connector_services.hpp"
#include "config/configuration.hpp"
#include "web/server.hpp"

namespace app {

class Agent {
public:
    // `config_path` is read again on SIGHUP.
    Agent(boost::asio::io_context& io, config::Configuration configuration, std::string config_path);

    // Until SIGTERM or SIGINT, and then until everything in flight is finished.
    boost::asio::awaitable<void> run();

private:
    // The connectors of one reading of the configuration.
    struct Generation {
        Budgets budgets;
        std::vector<std::unique_ptr<ConnectorServices>> connectors;
        std::size_t running = 0;
    };

    void start(const config::Configuration& configuration);
    boost::asio::awaitable<bool> drain(std::chrono::steady_clock::duration limit);
    boost::asio::awaitable<void> handle_signals();
    boost::asio::awaitable<void> reload();
    boost::asio::awaitable<void> feed_watchdog();
    void open_admin(const config::Admin& settings);
    std::vector<syncing::ConnectorStatus> status() const;

    boost::asio::io_context& io_;
    config::Configuration configuration_;
    std::string config_path_;
    std::string consumer_;
    std::shared_ptr<redis::Servers> servers_;
    std::unique_ptr<Generation> generation_;
    std::unique_ptr<web::Server> admin_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer watchdog_;
};

// `calendly-brevo agent`: the exit code.
int run_agent(const std::string& config_path);

}  // namespace app
