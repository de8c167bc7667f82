#include "app/agent.hpp"

#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <random>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/host_name.hpp>
#include <boost/asio/steady_timer.hpp>

#include "app/exit_code.hpp"
#include "app/log.hpp"
#include "config/error.hpp"
#include "config/load.hpp"
#include "net/deadline.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto drain_poll = 20ms;
constexpr auto drain_limit = 25s;  // systemd is told to wait a little longer

// Unique among all agents of a group, also when one takes the process id of a dead one.
std::string make_consumer_name() {
    std::random_device random;
    return fmt::format("{}-{}-{:08x}", asio::ip::host_name(), ::getpid(), random());
}

// Without taking apart what unfinished work still refers to.
[[noreturn]] void leave_at_once() {
    spdlog::shutdown();
    std::_Exit(exit_code::done);
}

void rethrow(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

}  // namespace

Agent::Agent(asio::io_context& io, config::Configuration configuration, std::string config_path)
    : io_(io),
      configuration_(std::move(configuration)),
      config_path_(std::move(config_path)),
      consumer_(make_consumer_name()),
      signals_(io, SIGTERM, SIGINT, SIGHUP),
      watchdog_(io) {}

void Agent::start(const config::Configuration& configuration) {
    const auto former = std::exchange(servers_, std::make_shared<redis::Servers>(configuration.redis));
    if (former) servers_->succeed(*former);
    generation_ = std::make_unique<Generation>(Generation{Budgets(io_.get_executor(), servers_), {}, 0});
    for (const auto& connector : configuration.connectors) {
        if (!connector.enabled) continue;
        auto host = std::make_unique<ConnectorServices>(io_.get_executor(), connector, servers_, consumer_,
                                                        generation_->budgets);
        ++generation_->running;
        const auto finished = [generation = generation_.get()](std::exception_ptr error) {
            rethrow(error);
            --generation->running;
        };
        asio::co_spawn(io_, host->run(), finished);
        generation_->connectors.push_back(std::move(host));
    }
    spdlog::info("{} connectors, Redis at {}", generation_->running, servers_->describe());
}

// Waits until every connector has finished what it had begun. False: some work goes on, and refers to what is
// here.
asio::awaitable<bool> Agent::drain(std::chrono::steady_clock::duration limit) {
    for (auto& connector : generation_->connectors) connector->stop();
    const auto begin = std::chrono::steady_clock::now();
    asio::steady_timer timer(io_);
    while (generation_->running > 0 && std::chrono::steady_clock::now() - begin < limit) {
        timer.expires_after(drain_poll);
        co_await timer.async_wait(net::as_result);
    }
    const bool is_finished = generation_->running == 0;
    if (!is_finished) spdlog::error("not everything could be finished; the rest stays pending in Redis");
    for (auto& connector : generation_->connectors) connector->disconnect();
    generation_->budgets.disconnect();
    co_return is_finished;
}

asio::awaitable<void> Agent::reload() {
    config::Configuration configuration;
    try {
        configuration = config::load(config_path_, config::process_environment());
    } catch (const config::Error& error) {
        spdlog::error("{}; the configuration stays as it was", error.what());
        co_return;
    }
    ::sd_notify(0, "RELOADING=1");
    co_await drain(std::chrono::steady_clock::duration::max());
    const bool is_admin_changed = configuration.admin != configuration_.admin;
    configuration_ = std::move(configuration);
    start(configuration_);
    if (is_admin_changed) {
        if (admin_) co_await admin_->stop();
        open_admin(configuration_.admin);
    }
    ::sd_notify(0, "READY=1");
}

asio::awaitable<void> Agent::handle_signals() {
    for (bool goes_on = true; goes_on;) {
        const auto [error, number] = co_await signals_.async_wait(net::as_result);
        if (error) co_return;
        if (number == SIGHUP) {
            co_await reload();
        } else {
            spdlog::info("{}: finishing what is in flight", number == SIGTERM ? "SIGTERM" : "SIGINT");
            goes_on = false;
        }
    }
}

// Half the interval that systemd waits for.
asio::awaitable<void> Agent::feed_watchdog() {
    std::uint64_t interval_us = 0;
    if (::sd_watchdog_enabled(0, &interval_us) <= 0) co_return;
    while (true) {
        ::sd_notify(0, "WATCHDOG=1");
        watchdog_.expires_after(std::chrono::microseconds(interval_us / 2));
        const auto [error] = co_await watchdog_.async_wait(net::as_result);
        if (error) co_return;
    }
}

void Agent::open_admin(const config::Admin& settings) {
    try {
        admin_ = std::make_unique<web::Server>(io_.get_executor(), settings, [this] { return status(); });
        spdlog::info("health and metrics at http://{}:{}/", settings.listen.ip, settings.listen.port);
    } catch (const std::runtime_error& error) {
        spdlog::error("admin.listen: {}; going on without health and metrics", error.what());
    }
}

std::vector<syncing::ConnectorStatus> Agent::status() const {
    std::vector<syncing::ConnectorStatus> all;
    for (const auto& connector : generation_->connectors) all.push_back(connector->status());
    return all;
}

asio::awaitable<void> Agent::run() {
    start(configuration_);
    open_admin(configuration_.admin);
    asio::co_spawn(io_, feed_watchdog(), rethrow);
    ::sd_notify(0, "READY=1");
    co_await handle_signals();
    ::sd_notify(0, "STOPPING=1");
    const bool is_finished = co_await drain(drain_limit);
    watchdog_.cancel();
    if (admin_) co_await admin_->stop();
    if (!is_finished) leave_at_once();
}

int run_agent(const std::string& config_path) {
    set_up_logging();
    asio::io_context io(1);
    Agent agent(io, config::load(config_path, config::process_environment()), config_path);
    const auto finished = [&io](std::exception_ptr error) {
        rethrow(error);
        io.stop();
    };
    asio::co_spawn(io, agent.run(), finished);
    io.run();
    return exit_code::done;
}

}  // namespace app
