#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/commands.hpp"
#include "cli/session.hpp"
#include "cli/status_text.hpp"
#include "config/load.hpp"
#include "http/client.hpp"
#include "net/deadline.hpp"
#include "text/text.hpp"

namespace cli {

// The agent that runs with this configuration, asked on its admin address.
class RunningAgent {
public:
    RunningAgent(boost::asio::any_io_executor executor, const config::Admin& admin)
        : token_(admin.token),
          url_{false, address_of(admin.listen), std::to_string(admin.listen.port), ""},
          client_(std::move(executor), url_, {.timeout = std::chrono::seconds(5)}) {}

    std::string address() const { return url_.origin(); }

    // Throws CommandError: one line, what it answered instead.
    boost::asio::awaitable<boost::json::object> status() {
        auto response = co_await get_status();
        if (response.result_int() == 401 && token_.empty()) {
            co_await sign_in();
            response = co_await get_status();
        }
        if (response.result_int() != 200) fail_with(response);
        boost::system::error_code error;
        auto parsed = boost::json::parse(response.body(), error);
        if (error || !parsed.is_object()) throw CommandError(address() + " answers no JSON: is it an agent?");
        co_return std::move(parsed.get_object());
    }

private:
    // Who listens on all addresses is asked on this machine.
    static std::string address_of(const config::ListenAddress& listen) {
        if (listen.ip == "0.0.0.0") return "127.0.0.1";
        return listen.ip == "::" ? "::1" : listen.ip;
    }

    boost::asio::awaitable<http::Response> get_status() {
        http::Request request(http::Verb::get, "/api/v1/status", 11);
        if (!token_.empty()) request.set(http::Field::authorization, "Bearer " + token_);
        if (!cookie_.empty()) request.set(http::Field::cookie, cookie_);
        auto response = co_await ask(std::move(request));
        co_return response;
    }

    // As the page does where no token is configured.
    boost::asio::awaitable<void> sign_in() {
        http::Request request(http::Verb::post, "/api/v1/session", 11);
        request.set(http::Field::origin, address());
        request.set(http::Field::content_type, "application/json");
        request.body() = "{}";
        const auto response = co_await ask(std::move(request));
        if (response.result_int() != 200) fail_with(response);
        const std::string given(response[http::Field::set_cookie]);
        cookie_ = given.substr(0, given.find(';'));
    }

    boost::asio::awaitable<http::Response> ask(http::Request request) {
        const auto always = [] { return true; };
        auto response = co_await client_.send(std::move(request), always, true);
        if (!response)
            throw CommandError(
                fmt::format("no agent answers at {} (admin.listen): {}; is it running? "
                            "systemctl status calendly-brevo",
                            address(), response.error().message()));
        co_return std::move(*response);
    }

    [[noreturn]] void fail_with(const http::Response& response) const {
        throw CommandError(fmt::format("{} answers {}: {}", address(), response.result_int(),
                                       text::one_line(response.body().substr(0, 500))));
    }

    std::string token_;
    std::string cookie_;
    http::Url url_;
    http::Client client_;
};

struct StatusOptions {
    bool is_watched = false;
};

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto status_again = 2s;

int exit_code_of(const boost::json::object& status) {
    const auto* verdict = status.if_contains("verdict");
    const bool is_healthy = verdict && verdict->is_string() && verdict->get_string() == "healthy";
    return is_healthy ? app::exit_code::done : app::exit_code::failed;
}

void print_status(const boost::json::object& status, bool as_json, bool clears) {
    const auto* const clear = clears ? "\x1b[H\x1b[2J" : "";
    fmt::print("{}{}", clear, as_json ? boost::json::serialize(status) + "\n" : status_text(status));
    std::fflush(stdout);
}

asio::awaitable<int> show_status(asio::any_io_executor executor, std::shared_ptr<RunningAgent> agent,
                                 StatusOptions options, bool as_json) {
    asio::steady_timer pause(executor);
    const bool clears = options.is_watched && !as_json && ::isatty(STDOUT_FILENO) == 1;
    for (;;) {
        std::string trouble;
        std::optional<boost::json::object> status;
        try {
            status = co_await agent->status();
        } catch (const CommandError& error) {
            trouble = error.what();
        }
        if (status) print_status(*status, as_json, clears);
        if (!status) fmt::print(stderr, "calendly-brevo: {}\n", trouble);
        if (!options.is_watched) co_return status ? exit_code_of(*status) : app::exit_code::no_answer;
        pause.expires_after(status_again);
        co_await pause.async_wait(net::as_result);
    }
}

// Ctrl-C is how watching ends.
int run_status(const CommonOptions& common, const StatusOptions& options) {
    const auto configuration = config::load(common.config_path, config::process_environment());
    asio::io_context io(1);
    auto agent = std::make_shared<RunningAgent>(io.get_executor(), configuration.admin);
    int exit_code = options.is_watched ? app::exit_code::done : app::exit_code::interrupted;
    std::exception_ptr failure;
    asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([&](const auto&, int) { io.stop(); });
    asio::co_spawn(io, show_status(io.get_executor(), std::move(agent), options, common.as_json),
                   [&](std::exception_ptr error, int code) {
                       failure = error;
                       exit_code = code;
                       io.stop();
                   });
    io.run();
    if (failure) std::rethrow_exception(failure);
    return exit_code;
}

Run declare_status(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<StatusOptions>();
    line.add_flag("--watch", options->is_watched, "Again and again, until Ctrl-C");
    line.footer("Ends with 0 when all is well, 1 when something is wrong, 3 when no agent answers.");
    return [&common, options] { return run_status(common, *options); };
}

}  // namespace

const Command status_command{"status", "Ask the running agent how everything is", true, declare_status};

}  // namespace cli
