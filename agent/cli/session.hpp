// A command at work online: the configuration, one connector's services, an event loop that Ctrl-C ends.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "api/api_failure.hpp"
#include "app/connector_services.hpp"
#include "cli/command.hpp"
#include "config/configuration.hpp"

namespace cli {

// The command cannot do what it was told to. One line: what, where, what to do.
struct CommandError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Session {
public:
    // `connector` may be empty: the only one. Throws config::Error. Nothing is asked online yet.
    Session(const CommonOptions& common, const std::string& connector);
    // Of a configuration that is no file yet; `config_path` is where it will stand.
    Session(config::Configuration configuration, std::string config_path);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    const config::Configuration& configuration() const noexcept { return configuration_; }
    const std::string& config_path() const noexcept { return config_path_; }
    const config::Connector& connector() const noexcept { return connector_; }
    app::ConnectorServices& services() noexcept { return *services_; }
    boost::asio::any_io_executor executor() { return io_.get_executor(); }

    // See api::Budget::hurry().
    void hurry();

    // Runs `work` to its end and gives back its exit code. Ctrl-C and SIGTERM interrupt it: what waits throws
    // net::Interrupted, that is said on standard error, and the exit code is `interrupted`. A second one ends
    // the process. Throws what `work` throws.
    int run(std::function<boost::asio::awaitable<int>()> work);

    // Likewise, but whoever calls says that it was interrupted: throws net::Interrupted.
    int run_silently(std::function<boost::asio::awaitable<int>()> work);

    // The result of `call()`, made again while the API limits us or is in trouble: each wait is said on
    // standard error. Throws CommandError when that lasts too long or can never succeed, Interrupted.
    template <typename Call>
    auto ask(Call call) -> boost::asio::awaitable<typename decltype(call())::value_type::value_type> {
        for (unsigned attempts = 1;; ++attempts) {
            heed_interruption();
            auto answer = co_await call();
            if (answer) co_return std::move(*answer);
            co_await wait_after(answer.error(), attempts);
        }
    }

    // Likewise, but gives a failure that no repetition mends to the caller.
    template <typename Call>
    auto ask_patiently(Call call) -> decltype(call()) {
        for (unsigned attempts = 1;; ++attempts) {
            heed_interruption();
            auto answer = co_await call();
            if (answer || !may_pass(answer.error())) co_return answer;
            co_await wait_after(answer.error(), attempts);
        }
    }

    // Before the next attempt; that is said on standard error when it takes long. Throws CommandError when no
    // further attempt helps, Interrupted.
    boost::asio::awaitable<void> wait_after(api::ApiFailure failure, unsigned attempts);

private:
    Session(config::Configuration configuration, std::string config_path, const std::string& connector);

    void heed_interruption();  // before a call: throws Interrupted
    static bool may_pass(const api::ApiFailure& failure) noexcept;

    std::string config_path_;
    config::Configuration configuration_;
    config::Connector connector_;
    boost::asio::io_context io_{1};
    std::unique_ptr<app::Budgets> budgets_;
    std::unique_ptr<app::ConnectorServices> services_;
};

}  // namespace cli
