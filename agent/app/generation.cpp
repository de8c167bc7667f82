#include "app/generation.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/calendly_account.hpp"
#include "app/running_connector.hpp"
#include "net/interruption.hpp"
#include "redis/error.hpp"
#include "redis/pause_board.hpp"

namespace app {
namespace {

namespace asio = boost::asio;

// So many ask for themselves whether they are paused, at once; more of them share the questions.
constexpr std::size_t few_connectors = 16;
constexpr std::chrono::seconds pauses_timeout{5}, pauses_interval{1};

// Nobody else's subscription signs with a key of this file.
bool is_only_user_of_keys(const config::Connector& connector, const config::Configuration& all) {
    return std::ranges::count_if(all.connectors, [&](const auto& other) {
               return other.webhook.signing_key_file == connector.webhook.signing_key_file;
           }) == 1;
}

std::shared_ptr<redis::Servers> successor(const config::Redis& settings, const redis::Servers* former) {
    auto servers = std::make_shared<redis::Servers>(settings);
    if (former) servers->succeed(*former);
    return servers;
}

}  // namespace

struct Generation::Pauses {
    Pauses(const asio::any_io_executor& executor, std::shared_ptr<redis::Servers> servers)
        : client(executor, std::move(servers), pauses_timeout),
          board(executor, redis::ask_pauses_with(client), pauses_interval),
          interruption(executor) {}

    void stop() {
        interruption.request();
        client.close();
    }

    redis::Client client;
    redis::PauseBoard board;
    net::Interruption interruption;
};

Generation::Generation(asio::any_io_executor executor, const config::Configuration& configuration,
                       const std::string& consumer, const Generation* former)
    : executor_(std::move(executor)),
      servers_(successor(configuration.redis, former ? former->servers_.get() : nullptr)),
      budgets_(executor_, servers_),
      all_finished_(executor_) {
    if (configuration.connectors.size() > few_connectors)
        pauses_ = std::make_shared<Pauses>(executor_, servers_);
    for (const auto& connector : configuration.connectors)
        if (connector.enabled) {
            const Company company{.connectors = configuration.connectors.size(),
                                  .may_change_keys = is_only_user_of_keys(connector, configuration),
                                  .board = pauses_ ? &pauses_->board : nullptr};
            start(connector, company, consumer);
        }
    if (pauses_) {
        const auto watch = [pauses = pauses_] { return pauses->board.run(pauses->interruption); };
        asio::co_spawn(executor_, watch, asio::detached);
    }
    if (running_ == 0) all_finished_.set();
    spdlog::info("{} connectors, Redis at {}", running_, servers_->describe());
}

Generation::~Generation() = default;

void Generation::start(const config::Connector& connector, const Company& company,
                       const std::string& consumer) {
    connectors_.push_back(
        std::make_unique<RunningConnector>(executor_, connector, servers_, consumer, budgets_, company));
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
    for (auto& connector : connectors_) connector->stop();
    asio::steady_timer limit(executor_, deadline);
    co_await (all_finished_.wait() || limit.async_wait(asio::use_awaitable));
    const bool is_finished = running_ == 0;
    if (!is_finished)
        spdlog::error(
            "stopping with {} connectors unfinished: their entries stay in Redis, another agent or the "
            "next start takes them over",
            running_);
    for (auto& connector : connectors_) connector->disconnect();
    budgets_.disconnect();
    if (pauses_) pauses_->stop();
    co_return is_finished;
}

std::vector<syncing::ConnectorStatus> Generation::status() const {
    std::vector<syncing::ConnectorStatus> all;
    for (const auto& connector : connectors_) all.push_back(connector->status());
    return all;
}

std::vector<const operating::OperatedConnector*> Generation::operated() const {
    std::vector<const operating::OperatedConnector*> all;
    for (const auto& connector : connectors_) all.push_back(&connector->operated());
    return all;
}

std::vector<scheduling::Desk*> Generation::desks() const {
    std::vector<scheduling::Desk*> all;
    for (const auto& connector : connectors_)
        if (auto* desk = connector->desk()) all.push_back(desk);
    return all;
}

asio::awaitable<web::Handover> Generation::hand_over_login(std::string state, std::string query) {
    auto handover = web::Handover::unknown;
    for (const auto& connector : connectors_) {
        auto* login = connector->login();
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
