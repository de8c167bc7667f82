// calendly-brevo-sandbox: a local Calendly and a local Brevo. See README.md beside this file.
#include <cstdio>
#include <fstream>
#include <iostream>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sandbox/sandbox.hpp"

namespace {

namespace asio = boost::asio;

struct CommandLine {
    std::string calendly = "127.0.0.1:0";
    std::string brevo = "127.0.0.1:0";
    std::string control = "127.0.0.1:0";
    std::string calendly_rate = "500/min";
    std::string brevo_rate = "10/s";
    std::string ports_file;
    std::int64_t retry_base_ms = 1000;
    std::int64_t give_up_after_s = 24 * 3600;
    sandbox::Options options;
};

std::string check_address(const std::string& text) {
    return http::parse_listen_address(text) ? ""
                                            : text + " is not an address such as 127.0.0.1:0 or [::1]:8080";
}

std::string check_url(const std::string& text) {
    return sandbox::is_web_address(text) ? "" : text + " is not an http:// or https:// URL";
}

std::string check_rate(const std::string& text) {
    return sandbox::parse_rate(text) ? "" : text + " is not a rate such as 10/s, 500/min, or 0 for none";
}

void add_options(CLI::App& app, CommandLine& line) {
    auto& world = line.options.world;
    app.add_option("--calendly", line.calendly, "Address of Calendly's API")->check(check_address);
    app.add_option("--brevo", line.brevo, "Address of Brevo's API")->check(check_address);
    app.add_option("--control", line.control, "Address of the control API")->check(check_address);
    app.add_option("--ports-file", line.ports_file,
                   "Write the three addresses to this file, as JSON, when ready");
    app.add_option("--tls-dir", line.options.tls_directory,
                   "Serve both APIs over TLS; the new CA goes to DIR/ca.pem");
    app.add_option("--calendly-token", world.calendly_token, "The accepted access token");
    app.add_option("--brevo-key", world.brevo_key, "The accepted API key");
    auto* url = app.add_option("--webhook-url", world.webhook_url,
                               "An organization subscription that exists at start")
                    ->check(check_url);
    app.add_option("--signing-key", world.signing_key, "Its signing key")->needs(url);
    app.add_option("--most-subscriptions", world.most_subscriptions, "So many the organization may have");
    app.add_option("--webhook-ca", world.deliveries.trusted_certificates,
                   "Whom to trust for https webhooks (PEM)")
        ->check(CLI::ExistingFile);
    app.add_option("--calendly-rate", line.calendly_rate, "Calls Calendly takes: N/s, N/min or 0")
        ->check(check_rate);
    app.add_option("--brevo-rate", line.brevo_rate, "Calls Brevo takes, contacts and events each: N/s or 0")
        ->check(check_rate);
    app.add_flag("--bare-brevo", world.bare_brevo, "A new Brevo account: FIRSTNAME, LASTNAME, SMS, no lists");
    app.add_option("--retry-base-ms", line.retry_base_ms, "Wait before a delivery's second attempt; doubles")
        ->check(CLI::PositiveNumber);
    app.add_option("--give-up-after-s", line.give_up_after_s, "When a failing subscription is disabled")
        ->check(CLI::PositiveNumber);
    app.add_flag("--retries-keep-timestamp", world.deliveries.retries_keep_timestamp,
                 "Retries are signed with the first attempt's t");
    app.add_option("--journal", world.journal_capacity, "Newest entries of the journal that are kept")
        ->check(CLI::PositiveNumber);
    app.add_option("--deliveries-at-once", world.deliveries.at_once,
                   "First attempts a subscription; 1: in order")
        ->check(CLI::PositiveNumber);
}

sandbox::Options finished(CommandLine line) {
    line.options.calendly = *http::parse_listen_address(line.calendly);
    line.options.brevo = *http::parse_listen_address(line.brevo);
    line.options.control = *http::parse_listen_address(line.control);
    line.options.world.calendly_rate = *sandbox::parse_rate(line.calendly_rate);
    line.options.world.brevo_rate = *sandbox::parse_rate(line.brevo_rate);
    line.options.world.deliveries.retries.base = std::chrono::milliseconds(line.retry_base_ms);
    line.options.world.deliveries.retries.give_up_after = std::chrono::seconds(line.give_up_after_s);
    return line.options;
}

// Whoever waits for the file never sees half of it.
void write_ports_file(const std::string& path, const sandbox::Addresses& addresses) {
    const boost::json::object ports{
        {"calendly", addresses.calendly}, {"brevo", addresses.brevo}, {"control", addresses.control}};
    const std::string draft = path + ".new";
    std::ofstream out(draft, std::ios::trunc);
    out << boost::json::serialize(ports) << '\n' << std::flush;
    if (!out) throw std::runtime_error("cannot write " + draft);
    std::filesystem::rename(draft, path);
}

asio::awaitable<void> stop_on_signal(sandbox::Sandbox& running) {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    co_await signals.async_wait(asio::use_awaitable);
    co_await running.stop();
}

int run(const CommandLine& line) {
    if (!line.ports_file.empty()) std::filesystem::remove(line.ports_file);  // an earlier run's
    asio::io_context io(1);
    sandbox::Sandbox running(io, finished(line));
    const auto addresses = running.addresses();
    asio::co_spawn(io, stop_on_signal(running), [&io](std::exception_ptr error) {
        io.stop();  // abandoned retries and half-closed connections
        if (error) std::rethrow_exception(error);
    });
    std::cout << "calendly " << addresses.calendly << "\nbrevo " << addresses.brevo << "\ncontrol "
              << addresses.control << std::endl;
    if (!line.ports_file.empty()) write_ports_file(line.ports_file, addresses);
    io.run();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("A local Calendly and a local Brevo, for trying and testing calendly-brevo.",
                 "calendly-brevo-sandbox");
    CommandLine line;
    add_options(app, line);
    CLI11_PARSE(app, argc, argv);
    try {
        return run(line);
    } catch (const std::exception& error) {
        std::cerr << "calendly-brevo-sandbox: " << error.what() << '\n';
        return 1;
    }
}
