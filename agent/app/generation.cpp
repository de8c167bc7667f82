#include "app/generation.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/calendly_account.hpp"
#include "app/connector_services.hpp"
#include "app/watch.hpp"
#include "redis/error.hpp"
#include "sync/connector.hpp"
#include "upkeep/reconciler.hpp"

namespace app {
namespace {

namespace asio = boost::asio;

syncing::ConnectorSettings settings_of(const config::Connector& connector) {
    return {connector.name, connector.mapping, connector.brevo.create_attributes, connector.log_webhooks};
}

syncing::CheckLogin check_of(ConnectorServices& services) {
    auto* login = services.login();
    if (!login) return {};
    return [login] { return check(*login); };
}

syncing::World world_of(ConnectorServices& services) {
    return {.interruption = services.interruption(),
            .webhooks = {services.queue(), services.people(), services.dead_letters(), services.brevo()},
            .history = {services.history_queue(), services.history_people(), services.history_dead_letters(),
                        services.history_brevo()},
            .upkeep = services.upkeep(),
            .calendly = services.calendly(),
            .calls_within = [&services](auto duration) { return services.calls_within(duration); },
            .check_login = check_of(services)};
}

// A probe waits for its turn behind them.
constexpr std::size_t many_entries = 100;

bool is_slow(const syncing::ConnectorStatus& status) {
    return status.apis.is_any_parked() || status.in_flight > many_entries;
}

// Nobody else's subscription signs with a key of this file.
bool is_only_user_of_keys(const config::Connector& connector, const config::Configuration& all) {
    return std::ranges::count_if(all.connectors, [&](const auto& other) {
               return other.webhook.signing_key_file == connector.webhook.signing_key_file;
           }) == 1;
}

upkeep::ReconcilerWorld reconciler_world_of(ConnectorServices& services, syncing::Connector& flow) {
    return {services.account(),      services.history(),
            services.people(),       services.history_store(),
            services.interruption(), [&flow] { return !flow.is_resting(api::ApiName::calendly); }};
}

std::shared_ptr<redis::Servers> successor(const config::Redis& settings, const redis::Servers* former) {
    auto servers = std::make_shared<redis::Servers>(settings);
    if (former) servers->succeed(*former);
    return servers;
}

}  // namespace

// One connector: the flow and what looks after it, on the services that they use.
struct Generation::Running {
    Running(const asio::any_io_executor& executor, const config::Connector& connector,
            std::shared_ptr<redis::Servers> servers, const std::string& consumer, Budgets& budgets,
            bool may_change_keys)
        : services(executor, connector, std::move(servers), consumer, budgets),
          flow(executor, settings_of(connector), world_of(services), services.log()),
          watch(
              executor, connector, services, [this] { return is_slow(flow.status()); }, may_change_keys),
          reconciler(connector.reconcile, reconciler_world_of(services, flow), services.log()) {}

    asio::awaitable<void> run() {
        using namespace asio::experimental::awaitable_operators;
        co_await (flow.run() && watch.run() && reconciler.run());
    }

    ConnectorServices services;
    syncing::Connector flow;
    Watch watch;
    upkeep::Reconciler reconciler;
};

Generation::Generation(asio::any_io_executor executor, const config::Configuration& configuration,
                       const std::string& consumer, const Generation* former)
    : executor_(std::move(executor)),
      servers_(successor(configuration.redis, former ? former->servers_.get() : nullptr)),
      budgets_(executor_, servers_),
      all_finished_(executor_) {
    for (const auto& connector : configuration.connectors)
        if (connector.enabled) start(connector, is_only_user_of_keys(connector, configuration), consumer);
    if (running_ == 0) all_finished_.set();
    spdlog::info("{} connectors, Redis at {}", running_, servers_->describe());
}

Generation::~Generation() = default;

void Generation::start(const config::Connector& connector, bool may_change_keys,
                       const std::string& consumer) {
    connectors_.push_back(
        std::make_unique<Running>(executor_, connector, servers_, consumer, budgets_, may_change_keys));
    ++running_;
    const auto finished = [this](std::exception_ptr error) { on_finished(std::move(error)); };
    asio::co_spawn(executor_, connectors_.back()->run(), finished);
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
    for (const auto& connector : connectors_) {
        all.push_back(connector->flow.status());
        all.back().watch = connector->watch.report();
        all.back().reconcile = connector->reconciler.counts();
    }
    return all;
}

asio::awaitable<web::Handover> Generation::hand_over_login(std::string state, std::string query) {
    auto handover = web::Handover::unknown;
    for (const auto& connector : connectors_) {
        auto* login = connector->services.login();
        if (!login) continue;
        try {
            const bool is_taken = co_await hand_over(*login, state, query);
            if (is_taken) co_return web::Handover::taken;
        } catch (const redis::Error& error) {
            spdlog::warn("a login could not be handed over: {}", error.what());
            handover = web::Handover::failed;
        }
    }
    co_return handover;
}

}  // namespace app
