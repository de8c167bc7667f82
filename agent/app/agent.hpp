// The daemon: every enabled connector, the admin API, signals and systemd.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "app/systemd.hpp"
#include "config/configuration.hpp"
#include "operating/connector.hpp"

namespace web {
class Server;
struct Operations;
}  // namespace web

namespace app {

class Generation;
class Overview;

class Agent {
public:
    // `config_path` is read again on SIGHUP.
    Agent(boost::asio::io_context& io, config::Configuration configuration, std::string config_path);
    ~Agent();

    // Until SIGTERM or SIGINT, and then until everything in flight is finished.
    boost::asio::awaitable<void> run();

private:
    void start();
    boost::asio::awaitable<void> handle_signals();
    boost::asio::awaitable<void> reload();
    std::vector<operating::OperatedPtr> operated() const;
    web::Operations operations();
    void open_admin();

    boost::asio::io_context& io_;
    config::Configuration configuration_;
    std::string config_path_;
    std::string consumer_;                    // this agent's name in the consumer groups
    std::shared_ptr<Generation> generation_;  // as well of calls that are under way
    std::unique_ptr<Overview> overview_;
    std::shared_ptr<web::Server> admin_;  // likewise
    boost::asio::signal_set signals_;
    Systemd systemd_;
};

// `calendly-brevo agent`: the exit code.
int run_agent(const std::string& config_path);

}  // namespace app
