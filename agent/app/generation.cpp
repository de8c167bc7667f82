#include "app/generation.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/connector_services.hpp"
#include "sync/connector.hpp"

namespace app {
namespace {

namespace asio = boost::asio;

syncing::ConnectorSettings settings_of(const config::Connector& connector) {
    return {connector.name, connector.mapping, connector.brevo.create_attributes, connector.log_webhooks};
}

syncing::World world_of(ConnectorServices& services) {
    return {services.interruption(),
            {services.queue(), services.people(), services.dead_letters(), services.brevo()},
            {services.history_queue(), services.history_people(), services.history_dead_letters(),
             services.history_brevo()},
            services.calendly(),
            [&services](auto duration) { return services.calls_within(duration); }};
}

std::shared_ptr<redis::Servers> successor(const config::Redis& settings, const redis::Servers* former) {
    auto servers = std::make_shared<redis::Servers>(settings);
    if (former) servers->succeed(*former);
    return servers;
}

}  // namespace

// One connector: the flow, on the services that it uses.
struct Generation::Running {
    Running(const asio::any_io_executor& executor, const config::Connector& connector,
            std::shared_ptr<redis::Servers> servers, const std::string& consumer, Budgets& budgets)
        : services(executor, connector, std::move(servers), consumer, budgets),
          flow(executor, settings_of(connector), world_of(services), services.log()) {}

    ConnectorServices services;
    syncing::Connector flow;
};

Generation::Generation(asio::any_io_executor executor, const config::Configuration& configuration,
                       const std::string& consumer, const Generation* former)
    : executor_(std::move(executor)),
      servers_(successor(configuration.redis, former ? former->servers_.get() : nullptr)),
      budgets_(executor_, servers_),
      all_finished_(executor_) {
    for (const auto& connector : configuration.connectors)
        if (connector.enabled) start(connector, consumer);
    if (running_ == 0) all_finished_.set();
    spdlog::info("{} connectors, Redis at {}", running_, servers_->describe());
}

Generation::~Generation() = default;

void Generation::start(const config::Connector& connector, const std::string& consumer) {
    connectors_.push_back(std::make_unique<Running>(executor_, connector, servers_, consumer, budgets_));
    ++running_;
    const auto finished = [this](std::exception_ptr error) { on_finished(std::move(error)); };
    asio::co_spawn(executor_, connectors_.back()->flow.run(), finished);
}

// What a connector does not handle itself ends the agent.
void Generation::on_finished(std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
    if (--running_ == 0) all_finished_.set();
}

asio::awaitable<bool> Generation::drain(Time deadline) {
    using namespace asio::experimental::awaitable_operators;
    for (auto& connector : connectors_) connector->flow.stop();
    asio::steady_timer limit(executor_, deadline);
    co_await (all_finished_.wait() || limit.async_wait(asio::use_awaitable));
    const bool is_finished = running_ == 0;
    if (!is_finished)
        spdlog::error(
            "stopping with {} connectors unfinished: their entries stay in Redis, another agent or the "
            "next start takes them over",
            running_);
    for (auto& connector : connectors_) connector->services.disconnect();
    budgets_.disconnect();
    co_return is_finished;
}

std::vector<syncing::ConnectorStatus> Generation::status() const {
    std::vector<syncing::ConnectorStatus> all;
    for (const auto& connector : connectors_) all.push_back(connector->flow.status());
    return all;
}

}  // namespace app
