#include "app/agent.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>

#include "app/exit_code.hpp"
#include "app/generation.hpp"
#include "app/log.hpp"
#include "app/machine.hpp"
#include "app/overview.hpp"
#include "app/own_name.hpp"
#include "config/error.hpp"
#include "config/load.hpp"
#include "net/deadline.hpp"
#include "web/server.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto drain_limit = 25s;  // systemd is told to wait a little longer

// Without taking apart what unfinished work still refers to.
[[noreturn]] void leave_at_once() {
    spdlog::shutdown();
    std::_Exit(exit_code::done);
}

void rethrow(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
}

bool has_scheduling(const config::Configuration& configuration) {
    return std::ranges::any_of(configuration.connectors, [](const auto& connector) {
        return connector.enabled && connector.scheduling.enabled;
    });
}

}  // namespace

Agent::Agent(asio::io_context& io, config::Configuration configuration, std::string config_path)
    : io_(io),
      configuration_(std::move(configuration)),
      config_path_(std::move(config_path)),
      consumer_(app::make_own_name()),
      signals_(io, SIGTERM, SIGINT, SIGHUP),
      systemd_(io.get_executor()) {}

Agent::~Agent() = default;

void Agent::start() {
    generation_ =
        std::make_shared<Generation>(io_.get_executor(), configuration_, consumer_, generation_.get());
}

std::vector<operating::OperatedPtr> Agent::operated() const {
    std::vector<operating::OperatedPtr> all;
    for (const auto* connector : generation_->operated()) all.emplace_back(generation_, connector);
    return all;
}

web::Operations Agent::operations() {
    return {.connectors = [this] { return operated(); },
            .status = [this] { return overview_->status(); },
            .readiness = [this] { return overview_->readiness(); },
            .turned_ago = [this] { return overview_->turned_ago(); }};
}

asio::awaitable<void> Agent::reload() {
    config::Configuration configuration;
    try {
        configuration = config::load(config_path_, config::process_environment());
    } catch (const config::Error& error) {
        spdlog::error("{}; the configuration stays as it was", error.what());
        co_return;
    }
    for (const auto& warning : configuration.warnings) spdlog::warn(warning);
    systemd_.say_reloading();
    co_await generation_->drain(Generation::Time::max());
    const bool is_admin_changed = configuration.admin != configuration_.admin ||
                                  has_scheduling(configuration) != has_scheduling(configuration_);
    auto former = std::exchange(configuration_, std::move(configuration));
    try {
        start();
    } catch (const std::exception& error) {
        spdlog::error("the new configuration cannot be started: {}; going on with the former one",
                      error.what());
        configuration_ = std::move(former);
        start();
        systemd_.say_ready();
        co_return;
    }
    if (is_admin_changed) {
        if (admin_) co_await admin_->stop();
        open_admin();
    }
    systemd_.say_ready();
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

void Agent::open_admin() {
    const auto& settings = configuration_.admin;
    try {
        const auto login = [this](std::string state, std::string query) {
            return generation_->hand_over_login(std::move(state), std::move(query));
        };
        web::Desks desks;
        if (has_scheduling(configuration_)) desks = [this] { return generation_->desks(); };
        admin_ = std::make_shared<web::Server>(
            io_.get_executor(), settings, [this] { return generation_->status(); }, login, std::move(desks),
            operations());
        spdlog::info("health and metrics at http://{}:{}/, and the operators' page", settings.listen.ip,
                     settings.listen.port);
    } catch (const std::runtime_error& error) {
        spdlog::error("admin.listen: {}; going on without health and metrics", error.what());
    }
}

asio::awaitable<void> Agent::run() {
    start();
    overview_ = std::make_unique<Overview>(
        io_.get_executor(), consumer_,
        Overlooked{[this] { return generation_->status(); }, [this] { return operated(); }},
        [this](const std::string& line) { systemd_.say_status(line); });
    open_admin();
    asio::co_spawn(io_, overview_->run(), rethrow);
    asio::co_spawn(io_, systemd_.feed_watchdog(), rethrow);
    systemd_.say_ready();
    co_await handle_signals();
    systemd_.say_stopping();
    const bool is_finished = co_await generation_->drain(std::chrono::steady_clock::now() + drain_limit);
    systemd_.stop_watchdog();
    overview_->stop();
    if (admin_) co_await admin_->stop();
    if (!is_finished) leave_at_once();
}

int run_agent(const std::string& config_path) {
    set_up_logging();
    asio::io_context io(1);
    auto configuration = config::load(config_path, config::process_environment());
    for (const auto& warning : configuration.warnings) spdlog::warn(warning);
    for (const auto& problem : check_machine(configuration)) spdlog::error(problem);
    Agent agent(io, std::move(configuration), config_path);
    const auto finished = [&io](std::exception_ptr error) {
        rethrow(error);
        io.stop();
    };
    asio::co_spawn(io, agent.run(), finished);
    io.run();
    return exit_code::done;
}

}  // namespace app
