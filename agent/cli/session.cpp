#include "cli/session.hpp"

#include <fcntl.h>

#include <functional>
#include <optional>

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "app/budgets.hpp"
#include "app/exit_code.hpp"
#include "app/log.hpp"
#include "app/own_name.hpp"
#include "cli/choose.hpp"
#include "cli/held_signals.hpp"
#include "config/load.hpp"
#include "redis/servers.hpp"
#include "shared/back_off.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;

constexpr unsigned most_attempts = 6;
constexpr std::chrono::milliseconds notable_wait{1000};

// A command says itself what happens; its log has nothing but warnings.
config::Connector quiet(config::Connector connector) {
    connector.log_level = config::LogLevel::warning;
    connector.debug = false;
    connector.log_webhooks = false;
    return connector;
}

std::string seconds_of(std::chrono::milliseconds wait) {
    return fmt::format("{} s", std::chrono::ceil<std::chrono::seconds>(wait).count());
}

// What the operator can do about a refusal that no repetition mends.
std::string advice(const api::ApiFailure& failure) {
    if (failure.status == 401) return "; check the token or key in the configuration";
    if (!failure.required_scopes.empty())
        return "; grant it: calendly-brevo auth login, or a personal token made with it";
    if (failure.status == 403) return "; the token needs more rights: calendly-brevo doctor says which";
    return "";
}

// What a command says itself goes before that it was interrupted.
bool is_own_word(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const CommandError&) {
        return true;
    } catch (...) {
        return false;
    }
}

}  // namespace

Session::Session(const CommonOptions& common, const std::string& connector)
    : Session(config::load(common.config_path, config::process_environment()), common.config_path,
              connector) {}

Session::Session(config::Configuration configuration, std::string config_path)
    : Session(std::move(configuration), std::move(config_path), "") {}

Session::Session(config::Configuration configuration, std::string config_path, const std::string& connector)
    : config_path_(std::move(config_path)),
      configuration_(std::move(configuration)),
      connector_(quiet(choose(configuration_, config_path_, connector))) {
    app::set_up_logging();
    auto servers = std::make_shared<redis::Servers>(configuration_.redis);
    budgets_ = std::make_unique<app::Budgets>(io_.get_executor(), servers);
    services_ = std::make_unique<app::ConnectorServices>(io_.get_executor(), connector_, servers,
                                                         app::make_own_name(), *budgets_);
}

Session::~Session() = default;

void Session::hurry() {
    budgets_->hurry();
}

int Session::run(std::function<asio::awaitable<int>()> work) {
    try {
        return run_silently(std::move(work));
    } catch (const net::Interrupted&) {
        fmt::print(stderr, "interrupted\n");
        return app::exit_code::interrupted;
    }
}

int Session::run_silently(std::function<asio::awaitable<int>()> work) {
    std::optional<int> exit_code;
    std::exception_ptr failure;
    const HeldSignals held;
    asio::posix::stream_descriptor signals(io_, ::fcntl(held.descriptor(), F_DUPFD_CLOEXEC, 0));
    std::function<void()> await_signal = [&] {
        signals.async_wait(asio::posix::stream_descriptor::wait_read, [&](const auto& error) {
            if (error) return;
            if (!held.take()) return await_signal();  // a question or a program had it
            held.let_through();
            services_->interruption().request();
            services_->disconnect();
        });
    };
    await_signal();
    asio::co_spawn(io_, work(), [&](std::exception_ptr error, int code) {
        failure = error;
        exit_code = code;
        io_.stop();
    });
    io_.run();
    if (services_->interruption().is_requested() && failure && !is_own_word(failure))
        throw net::Interrupted();
    if (failure) std::rethrow_exception(failure);
    return exit_code.value_or(app::exit_code::failed);
}

void Session::heed_interruption() {
    if (services_->interruption().is_requested()) throw net::Interrupted();
}

bool Session::may_pass(const api::ApiFailure& failure) noexcept {
    return failure.remedy == api::Remedy::retry || failure.remedy == api::Remedy::conflict;
}

asio::awaitable<void> Session::wait_after(api::ApiFailure failure, unsigned attempts) {
    if (!may_pass(failure) || attempts >= most_attempts)
        throw CommandError(api::describe(failure) + advice(failure));
    const auto wait = std::max(failure.wait, shared::BackOff{}.after(attempts, 1.0));
    if (wait >= notable_wait)
        fmt::print(stderr, "{}; next attempt in {}\n", api::describe(failure), seconds_of(wait));
    co_await services_->interruption().sleep(wait);
}

}  // namespace cli
