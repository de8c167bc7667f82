#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "app/calendly_account.hpp"
#include "app/exit_code.hpp"
#include "calendly/account_api.hpp"
#include "calendly/stored_tokens.hpp"
#include "calendly/token_key.hpp"
#include "cli/auth_account.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/login_address.hpp"
#include "cli/programs.hpp"
#include "redis/error.hpp"
#include "text/base64url.hpp"
#include "text/seal.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::size_t size_of_secrets = 32;
constexpr auto look_whether_calls_are_allowed = 2s;
constexpr auto by_itself =
    "The rest follows by itself. If the browser ends on an error page, paste its address here:";
constexpr auto by_an_agent =
    "An agent that runs does the rest, where nginx passes oauth.redirect_uri to its admin address. If none "
    "runs, "
    "or the browser ends on an error page, paste its address here:";
constexpr auto by_pasting = "Then paste the address that the browser was sent to here:";
constexpr auto nothing_changed = "; nothing was changed, run auth login again";

struct LoginOptions {
    std::string connector;
    bool no_browser = false;
    std::uint16_t port = 0;
};

// One login, from the question to the stored tokens. What fails before the last step leaves a former login as
// it was.
class Login {
public:
    Login(Session& session, app::OAuthLogin& login, const LoginOptions& options, bool as_json)
        : session_(session), login_(login), options_(options), as_json_(as_json) {}

    asio::awaitable<int> run();

private:
    std::FILE* out() const { return as_json_ ? stderr : stdout; }
    asio::awaitable<void> prepare();
    void ask(const char* what_follows) const;
    asio::awaitable<bool> announce();
    asio::awaitable<std::string> code();
    asio::awaitable<void> wait_for_call();
    asio::awaitable<calendly::Tokens> redeem(std::string code);
    void check_scopes(const calendly::Tokens& tokens) const;
    asio::awaitable<calendly::User> who(std::string access_token);
    asio::awaitable<void> store(calendly::Tokens tokens);
    void report(const calendly::Tokens& tokens, const calendly::User& user) const;

    Session& session_;
    app::OAuthLogin& login_;
    LoginOptions options_;
    bool as_json_;
    calendly::Pkce pkce_ = calendly::Pkce::from(text::random_bytes(size_of_secrets));
    std::string state_ = text::base64url(text::random_bytes(size_of_secrets));
};

// Whether the tokens can be stored is found out before anybody is asked for anything.
asio::awaitable<void> Login::prepare() {
    try {
        const bool is_made = calendly::make_token_key(login_.key_file);
        if (is_made) fmt::print(out(), "made {}, which seals the stored tokens\n", login_.key_file);
        calendly::read_token_key(login_.key_file);
        co_await login_.store->read();
    } catch (const std::system_error& error) {
        throw CommandError(fmt::format("oauth.key_file: {}", error.what()));
    } catch (const std::invalid_argument& error) {
        throw CommandError(fmt::format("oauth.key_file: {}", error.what()));
    } catch (const calendly::TokenStoreError& error) {
        throw CommandError(fmt::format("the place of the tokens cannot be had: {}", error.what()));
    }
}

void Login::ask(const char* what_follows) const {
    const auto url = calendly::authorize_url(
        session_.connector().calendly.auth_url.origin() + session_.connector().calendly.auth_url.base_path,
        login_.app, pkce_, state_, "");
    fmt::print(out(), "Open this address in a browser and log in to Calendly:\n\n{}\n\n", url);
    fmt::print(out(), "{}\n", what_follows);
    std::fflush(out());
    if (!options_.no_browser) open_browser(url);
}

// False: no agent can be asked, for Redis does not answer.
asio::awaitable<bool> Login::announce() {
    try {
        co_await login_.desk.announce(state_);
        co_return true;
    } catch (const redis::Error&) {
        co_return false;
    }
}

asio::awaitable<std::string> Login::code() {
    LoginAddress address(session_.services().interruption());
    auto loopback = parse_loopback(login_.app.redirect_uri);
    if (!loopback && options_.port != 0)
        throw CommandError(
            "--port is for a redirect_uri on this machine, such as http://localhost:8976/callback, "
            "and oauth.redirect_uri is " +
            login_.app.redirect_uri);
    redis::LoginDesk* desk = nullptr;
    if (loopback) {
        if (options_.port != 0) loopback->port = options_.port;
        address.listen(*loopback);
    } else {
        const bool is_announced = co_await announce();
        if (is_announced) desk = &login_.desk;
    }
    address.read_input();
    ask(loopback ? by_itself : desk ? by_an_agent : by_pasting);
    const auto came = co_await address.wait(desk, state_);
    if (!came) throw CommandError(std::string("nobody logged in within 10 minutes") + nothing_changed);
    calendly::Callback callback;
    try {
        callback = calendly::parse_callback(*came, state_);
    } catch (const std::invalid_argument& error) {
        throw CommandError(error.what() + std::string(nothing_changed));
    }
    if (callback.error == "access_denied")
        throw CommandError(std::string("the login was declined in Calendly") + nothing_changed);
    if (!callback.error.empty())
        throw CommandError(
            "Calendly does not accept this login: see that client_id and redirect_uri are those of "
            "the app at developer.calendly.com, and that it has scopes" +
            std::string(nothing_changed));
    co_return callback.code;
}

asio::awaitable<void> Login::wait_for_call() {
    for (bool is_said = false;; is_said = true) {
        bool may_call = false;
        try {
            may_call = co_await login_.store->take_call();
        } catch (const calendly::TokenStoreError& error) {
            throw CommandError(error.what());
        }
        if (may_call) co_return;
        if (!is_said)
            fmt::print(
                stderr,
                "{} calls of Calendly's token server were made within a minute; waiting for the next\n",
                calendly::token_calls_a_minute);
        co_await session_.services().interruption().sleep(look_whether_calls_are_allowed);
    }
}

asio::awaitable<calendly::Tokens> Login::redeem(std::string code) {
    auto tokens = co_await session_.ask([this, &code]() -> asio::awaitable<api::Answer<calendly::Tokens>> {
        co_await wait_for_call();  // each attempt is one
        auto answer = co_await login_.server->redeem(pkce_, code);
        if (answer || answer.error().remedy != api::Remedy::park) co_return answer;
        const auto& reason = answer.error().reason;
        if (reason.find("invalid_grant") != reason.npos)
            throw CommandError("the code has expired or was used before (it serves once, for 10 minutes)" +
                               std::string(nothing_changed));
        throw CommandError(reason +
                           ": see that oauth.client_id and oauth.client_secret are those of the app" +
                           nothing_changed);
    });
    co_return tokens;
}

void Login::check_scopes(const calendly::Tokens& tokens) const {
    const auto missing =
        rules::missing_scopes(rules::split_scopes(tokens.scopes), app::needed_scopes(session_.connector()));
    if (missing.empty()) return;
    throw CommandError(
        fmt::format("the login lacks {}, which {} needs: grant it in Calendly, and see that the app "
                    "has it at developer.calendly.com{}",
                    fmt::join(missing, ", "), session_.config_path(), nothing_changed));
}

asio::awaitable<calendly::User> Login::who(std::string access_token) {
    const auto account =
        app::account_with(std::move(access_token), session_.connector(), session_.services().interruption());
    auto user = co_await session_.ask([&account] { return account->me(); });
    co_return user;
}

asio::awaitable<void> Login::store(calendly::Tokens tokens) {
    try {
        auto sealed = calendly::seal_tokens(tokens, calendly::read_token_key(login_.key_file),
                                            session_.connector().name);
        co_await login_.store->write(std::move(sealed));
    } catch (const calendly::TokenStoreError& error) {
        throw CommandError(fmt::format("the tokens cannot be stored: {}", error.what()));
    }
}

void Login::report(const calendly::Tokens& tokens, const calendly::User& user) const {
    const auto scopes = rules::split_scopes(tokens.scopes);
    if (as_json_) {
        const json::object object{{"user", to_json(user)},
                                  {"organization", user.organization},
                                  {"scopes", json::value_from(scopes)}};
        fmt::print("{}\n", json::serialize(object));
        return;
    }
    fmt::print("logged in      {}\norganization   {}\nscopes         {}\nstored, sealed {}\n", describe(user),
               user.organization, fmt::join(scopes, " "), login_.place);
}

asio::awaitable<int> Login::run() {
    co_await prepare();
    const auto given = co_await code();
    co_await lock_tokens(session_, login_);
    calendly::Tokens tokens;
    calendly::User user;
    std::exception_ptr trouble;
    try {
        tokens = co_await redeem(given);
        check_scopes(tokens);
        user = co_await who(tokens.access_token);
        co_await store(tokens);
    } catch (...) {
        trouble = std::current_exception();
    }
    co_await unlock_tokens(login_);
    if (trouble) std::rethrow_exception(trouble);
    report(tokens, user);
    co_return app::exit_code::done;
}

Run declare_auth_login(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<LoginOptions>();
    add_connector_option(line, options->connector);
    line.add_flag("--no-browser", options->no_browser, "Only print the address");
    line.add_option("--port", options->port,
                    "Listen here for a redirect_uri on this machine, when its own port is forwarded");
    return [&common, options] {
        Session session(common, options->connector);
        auto& login = login_of(session, "auth login");
        Login one(session, login, *options, common.as_json);
        return session.run([&one] { return one.run(); });
    };
}

}  // namespace

const Command auth_login_command{"auth login", "Log in to Calendly with OAuth, and store the tokens", true,
                                 declare_auth_login};

}  // namespace cli
