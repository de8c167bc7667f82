// Connectors that log in at the sandbox's OAuth server: a person's browser, the command that waits for it,
// and what is stored.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "calendly/stored_tokens.hpp"
#include "calendly/token_key.hpp"
#include "e2e/harness/free_port.hpp"
#include "e2e/product/fixture.hpp"

namespace e2e {

// A command that goes on while the test does something, with a keyboard.
class RunningCommand {
public:
    RunningCommand(const std::filesystem::path& folder, const std::string& name,
                   std::vector<std::string> arguments)
        : keyboard_path_(folder / (name + ".keyboard")),
          output_(folder / (name + ".output")),
          errors_(folder / (name + ".errors")) {
        if (::mkfifo(keyboard_path_.c_str(), 0600) != 0) throw std::runtime_error("mkfifo failed");
        keyboard_ = ::open(keyboard_path_.c_str(), O_RDWR | O_CLOEXEC);
        std::vector<std::string> command = {
            "/bin/sh", "-c", "exec \"$@\" <'" + keyboard_path_.string() + "' 2>'" + errors_.string() + "'",
            "sh"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        process_ = std::make_unique<harness::Process>(command, output_);
    }
    RunningCommand(const RunningCommand&) = delete;
    RunningCommand& operator=(const RunningCommand&) = delete;
    ~RunningCommand() { ::close(keyboard_); }

    void type(const std::string& line) {
        const auto text = line + "\n";
        if (::write(keyboard_, text.data(), text.size()) < 0)
            throw std::runtime_error("the keyboard is broken");
    }
    int wait() { return process_->wait(); }
    bool running() { return process_->running(); }
    void signal(int number) const { process_->signal(number); }
    std::string output() const { return harness::read_file(output_); }
    std::string errors() const { return harness::read_file(errors_); }

private:
    std::filesystem::path keyboard_path_, output_, errors_;
    int keyboard_ = -1;
    std::unique_ptr<harness::Process> process_;
};

// The part of a text from `begin` to the next end of a line or blank.
inline std::string word_at(const std::string& text, const std::string& begin) {
    const auto at = text.find(begin);
    if (at == text.npos) return {};
    return text.substr(at, text.find_first_of(" \n", at) - at);
}

struct LoginSetup {
    std::string redirect_uri;  // "": a free port of this machine
    std::string store = "redis";
    int life_s = 7200;  // of access tokens
    harness::SystemOptions system{};
};

class AccountTest : public ProductTest {
protected:
    static constexpr auto store_key = "calendly:{calendly}:oauth";
    static constexpr auto log_in_again = "log in again: calendly-brevo auth login";
    static constexpr auto elsewhere = "https://hooks.example.com/calendly/oauth/callback";

    // Everything but the agent; nobody has logged in.
    void lay_login(LoginSetup setup = {}) {
        lay(setup.system);
        redirect_uri_ = setup.redirect_uri;
        if (redirect_uri_.empty())
            redirect_uri_ = "http://localhost:" + std::to_string(harness::free_port()) + "/callback";
        sandbox().post("/calendly/clients", {{"client_id", "app"},
                                             {"client_secret", "a-secret"},
                                             {"redirect_uri", redirect_uri_},
                                             {"access_token_life_s", setup.life_s}});
        auto& options = system_->options();
        auto& connector = options.connectors.at("calendly");
        connector["access_token"] = "";
        connector["oauth"] = "{client_id: app, client_secret: a-secret, redirect_uri: \"" + redirect_uri_ +
                             "\", key_file: \"" + key_file() + "\", store: \"" + setup.store + "\"}";
        connector["webhook"] = "{url: \"" + system_->webhook_url() + "\"}";
        lead_calendly_to(sandbox().calendly_url());
    }
    // Both Calendly's API and its OAuth server.
    void lead_calendly_to(const std::string& url) {
        system_->options().common["calendly"] = "{api_url: \"" + url + "\", auth_url: \"" + url +
                                                "\", rate_limit: " + system_->options().rate_limit + "}";
    }

    std::string key_file() { return system_->folder() / "token.key"; }

    std::unique_ptr<RunningCommand> begin_login(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {
            harness::AgentProcess::program(), "auth", "login", "--no-browser", "--config",
            system_->write_configuration()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        auto command = std::make_unique<RunningCommand>(system_->folder().path(),
                                                        "login" + std::to_string(++logins_), arguments);
        harness::wait_until([&] { return !asked(*command).empty() || !command->running(); },
                            "the login should print an address");
        return command;
    }
    // The address that it prints.
    static std::string asked(const RunningCommand& command) {
        const auto output = command.output();
        const auto address = word_at(output, "http://127.0.0.1:");
        return output.find("here:") == output.npos ? "" : address;
    }

    // A person agrees, or does as the sandbox was told; the address that Calendly sends the browser to.
    std::string consent(const std::string& address) {
        const auto path = address.substr(address.find('/', std::string("http://").size()));
        const auto response = harness::send_once(
            harness::port_of(sandbox().calendly_url()),
            {.method = "GET", .target = path, .headers = {{"User-Agent", "a browser"}}, .body = ""});
        EXPECT_EQ(response.status, 302u) << response.body;
        return response.header("location");
    }
    // A browser goes to an address on this machine.
    static harness::HttpResponse go_to(const std::string& address, harness::Headers headers = {}) {
        const auto path = address.substr(address.find('/', std::string("http://").size()));
        return harness::send_once(
            harness::port_of(address),
            {.method = "GET", .target = path, .headers = std::move(headers), .body = ""});
    }

    // With a redirection to this machine.
    void log_in() {
        const auto login = begin_login();
        EXPECT_EQ(go_to(consent(asked(*login))).status, 200u);
        ASSERT_EQ(login->wait(), 0) << login->errors();
    }

    std::string sealed() { return system_->redis().client().text({"GET", store_key}); }
    bool is_logged_in() { return system_->redis().client().integer({"EXISTS", store_key}) == 1; }
    calendly::Tokens tokens() {
        return calendly::open_tokens(sealed(), calendly::read_token_key(key_file()), "calendly");
    }
    void store(const calendly::Tokens& tokens, const std::string& connector = "calendly") {
        const auto text = calendly::seal_tokens(tokens, calendly::read_token_key(key_file()), connector);
        system_->redis().client().command({"SET", shared::connector_key(connector, "oauth"), text});
    }
    // As if so much of their life had gone by.
    void age(double part) {
        auto aged = tokens();
        aged.obtained -=
            std::chrono::seconds(static_cast<long>(part * static_cast<double>(aged.life.count())));
        aged.logged_in = aged.obtained;
        store(aged);
    }

    std::size_t token_calls(std::uint64_t after = 0) {
        const auto calls = sandbox().calls("calendly", after);
        return static_cast<std::size_t>(std::ranges::count(calls, "POST /oauth/token"));
    }

    std::string parked() {
        return text_at(json::parse(agent().health().body), "/connectors/calendly/parked/Calendly");
    }
    std::string account_problem() {
        return text_at(json::parse(agent().health().body), "/connectors/calendly/account_problem");
    }
    void wait_until_parked() {
        // Two calls of the token server lie ten seconds apart.
        harness::wait_until([&] { return parked() != "(none)"; }, "the connector should be parked",
                            harness::Duration(60'000));
    }

    // A booking goes all the way.
    void expect_work(const std::string& email = "ada@example.com") {
        sandbox().book({{"email", email}, {"name", "Ada Lovelace"}});
        settle();
        EXPECT_EQ(attribute(email, "BOOKING_STATUS"), "booked");
    }

    std::string redirect_uri_;

private:
    int logins_ = 0;
};

}  // namespace e2e
