#include "app/running_connector.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/calendly_account.hpp"
#include "app/connector_services.hpp"
#include "app/subscription_repair.hpp"
#include "app/visitors.hpp"
#include "app/watch.hpp"
#include "redis/pause_board.hpp"
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

syncing::World world_of(ConnectorServices& services, redis::PauseSwitch& pause_switch) {
    return {.interruption = services.interruption(),
            .webhooks = {services.queue(), services.people(), services.dead_letters(), services.brevo()},
            .history = {services.history_queue(), services.history_people(), services.history_dead_letters(),
                        services.history_brevo()},
            .upkeep = services.upkeep(),
            .pause_switch = pause_switch,
            .backlog = services.backlog(),
            .calendly = services.calendly(),
            .calls_within = [&services](auto duration) { return services.calls_within(duration); },
            .check_login = check_of(services)};
}

// A probe waits for its turn behind them.
constexpr std::size_t many_entries = 100;

bool is_slow(const syncing::ConnectorStatus& status) {
    return status.apis.is_any_parked() || status.in_flight > many_entries;
}

upkeep::ReconcilerWorld reconciler_world_of(ConnectorServices& services, syncing::Connector& flow) {
    return {services.history_account(),
            services.history(),
            services.people(),
            services.history_store(),
            services.interruption(),
            [&flow] { return !flow.is_resting(api::ApiName::calendly); },
            [&flow] { return flow.is_redis_up(); },
            [&flow] { return flow.backlog().is_reconciliation_wanted; },
            [&services] { services.yield_to_webhooks(); },
            [&flow](const api::ApiFailure& failure) { flow.note_missing_scopes(failure); }};
}

}  // namespace

// One at a time.
struct RunningConnector::Repair {
    asio::awaitable<operating::Repaired> run() {
        if (is_under_way) throw operating::UnderWay("Somebody repairs the subscription now.");
        is_under_way = true;
        const std::shared_ptr<bool> until_its_end(&is_under_way, [](bool* flag) { *flag = false; });
        auto repaired = co_await repair_subscription(executor, webhook, services);
        co_return repaired;
    }

    asio::any_io_executor executor;
    config::Webhook webhook;
    ConnectorServices& services;
    bool is_under_way = false;
};

operating::OperatedConnector RunningConnector::operated_by(const std::string& name,
                                                           ConnectorServices& services, Repair& repair) {
    return {.name = name,
            .timeline = services.timeline(),
            .dead_letters = services.dead_letter_desk(),
            .people = services.people(),
            .pause_switch = services.pause_switch(),
            .backlog = services.backlog(),
            .repair = [&repair] { return repair.run(); },
            .reconcile = [&services] { return begin_reconciliation(services); }};
}

struct RunningConnector::Parts {
    Parts(const asio::any_io_executor& executor, const config::Connector& connector,
          std::shared_ptr<redis::Servers> servers, const std::string& consumer, Budgets& budgets,
          const Company& company)
        : services(executor, connector, std::move(servers), consumer, budgets),
          boarded(company.board ? std::make_unique<redis::BoardedPauseSwitch>(
                                      company.board->take_seat(connector.name), services.pause_switch())
                                : nullptr),
          flow(executor, settings_of(connector),
               world_of(services, boarded ? *boarded : services.pause_switch()), services.log(),
               syncing::timing_of_one_among(company.connectors)),
          watch(
              executor, connector, services, [this] { return is_slow(flow.status()); },
              [this](const api::ApiFailure& failure) { flow.note_missing_scopes(failure); },
              company.may_change_keys),
          reconciler(connector.reconcile, connector.webhook, reconciler_world_of(services, flow),
                     services.log()),
          visitors(executor, connector, services),
          token_end(token_end_of(connector.access_token)),
          repair{executor, connector.webhook, services},
          operated(operated_by(connector.name, services, repair)) {}

    ConnectorServices services;
    std::unique_ptr<redis::PauseSwitch> boarded;
    syncing::Connector flow;
    Watch watch;
    upkeep::Reconciler reconciler;
    Visitors visitors;
    syncing::TokenEnd token_end;  // of a personal token
    Repair repair;
    operating::OperatedConnector operated;
};

RunningConnector::RunningConnector(asio::any_io_executor executor, const config::Connector& connector,
                                   std::shared_ptr<redis::Servers> servers, const std::string& consumer,
                                   Budgets& budgets, const Company& company)
    : parts_(std::make_unique<Parts>(executor, connector, std::move(servers), consumer, budgets, company)) {}

RunningConnector::~RunningConnector() = default;

asio::awaitable<void> RunningConnector::run() {
    using namespace asio::experimental::awaitable_operators;
    co_await (parts_->flow.run() && parts_->watch.run() && parts_->reconciler.run());
    co_await parts_->visitors.finished();
}

void RunningConnector::stop() {
    parts_->visitors.stop();
    parts_->flow.stop();
}

void RunningConnector::disconnect() {
    parts_->services.disconnect();
}

syncing::ConnectorStatus RunningConnector::status() const {
    auto status = parts_->flow.status();
    status.watch = parts_->watch.report();
    status.reconcile = parts_->reconciler.counts();
    status.traffic = parts_->services.traffic();
    status.budgets = parts_->services.used_budgets();
    const auto* login = parts_->services.login();
    status.token = login ? token_end_of(*login) : parts_->token_end;
    return status;
}

const operating::OperatedConnector& RunningConnector::operated() const noexcept {
    return parts_->operated;
}

OAuthLogin* RunningConnector::login() noexcept {
    return parts_->services.login();
}

scheduling::Desk* RunningConnector::desk() noexcept {
    return parts_->visitors.desk();
}

}  // namespace app
