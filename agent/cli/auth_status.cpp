#include <chrono>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "app/calendly_account.hpp"
#include "app/exit_code.hpp"
#include "calendly/personal_token.hpp"
#include "calendly/timestamp.hpp"
#include "cli/auth_account.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using Time = std::chrono::system_clock::time_point;

struct AccountStatus {
    bool is_oauth = false;
    std::optional<calendly::User> user;
    std::string organization;
    std::optional<calendly::Role> role;
    std::optional<rules::Scopes> scopes;  // nothing: the token does not say
    std::optional<Time> expires, last_refresh;
    rules::Scopes missing;
    bool lacks_role = false;  // the configuration is for an organization's owner or admin
    std::string problem;      // "": none
};

std::optional<std::string> iso(const std::optional<Time>& time) {
    if (!time) return std::nullopt;
    return calendly::to_string(std::chrono::floor<std::chrono::microseconds>(*time));
}

json::value or_null(const std::optional<std::string>& text) {
    return text && !text->empty() ? json::value(*text) : json::value(nullptr);
}

std::optional<std::string> role_name(const AccountStatus& status) {
    if (!status.role) return std::nullopt;
    return std::string(to_string(*status.role));
}

json::object to_json(const AccountStatus& status) {
    return {{"kind", status.is_oauth ? "oauth" : "personal_token"},
            {"user", status.user ? json::value(cli::to_json(*status.user)) : json::value(nullptr)},
            {"organization", or_null(status.organization)},
            {"role", or_null(role_name(status))},
            {"scopes", status.scopes ? json::value_from(*status.scopes) : json::value(nullptr)},
            {"expires_at", or_null(iso(status.expires))},
            {"last_refresh_at", or_null(iso(status.last_refresh))},
            {"missing_scopes", json::value_from(status.missing)},
            {"problem", or_null(status.problem)}};
}

std::string missing_text(const AccountStatus& status) {
    auto missing = status.missing;
    if (status.lacks_role) missing.emplace_back("the role of an owner or admin");
    if (missing.empty()) return "nothing that the configuration needs";
    return fmt::format("{}", fmt::join(missing, ", "));
}

void print(const AccountStatus& status) {
    const auto line = [](const char* name, const std::string& text) { fmt::print("{:<14}{}\n", name, text); };
    line("kind", status.is_oauth ? "OAuth login" : "personal access token");
    line("user", status.user ? describe(*status.user) : "unknown");
    line("organization", status.organization.empty() ? "unknown" : status.organization);
    line("role", role_name(status).value_or("unknown"));
    line("scopes", status.scopes ? fmt::format("{}", fmt::join(*status.scopes, " "))
                                 : "unknown: the token does not say");
    line("expires", iso(status.expires).value_or(status.is_oauth ? "unknown" : "never"));
    if (status.is_oauth) line("last refresh", iso(status.last_refresh).value_or("none since the login"));
    if (status.scopes || status.lacks_role) line("missing", missing_text(status));
    if (!status.problem.empty()) line("problem", status.problem);
}

void add_personal_token(const config::Connector& connector, AccountStatus& status) {
    auto token = calendly::read_personal_token(connector.access_token);
    status.scopes = std::move(token.scopes);
    status.expires = token.expires;
}

void add_tokens(const calendly::Tokens& tokens, AccountStatus& status) {
    status.scopes = rules::split_scopes(tokens.scopes);
    status.expires = tokens.expires();
    status.organization = tokens.organization;
    if (tokens.obtained > tokens.logged_in) status.last_refresh = tokens.obtained;
}

// Of several problems the first: the others may come of it.
void add_problem(AccountStatus& status, const std::string& problem) {
    if (status.problem.empty()) status.problem = problem;
}

// As far as Calendly answers.
asio::awaitable<void> ask_calendly(Session& session, AccountStatus& status) {
    auto& account = session.services().account();
    try {
        status.user = co_await session.ask([&account] { return account.me(); });
        status.organization = status.user->organization;
        const auto role = [&] { return account.role(*status.user); };
        status.role = co_await session.ask(role);
    } catch (const CommandError& error) {
        add_problem(status, error.what());
    }
}

void check_scopes(const config::Connector& connector, AccountStatus& status) {
    if (!status.scopes) return;
    status.missing = rules::missing_scopes(*status.scopes, app::needed_scopes(connector));
    if (status.missing.empty()) return;
    add_problem(
        status,
        fmt::format("{} not granted, which the configuration needs: {}", fmt::join(status.missing, ", "),
                    status.is_oauth ? "calendly-brevo auth login, and grant all that is asked for"
                                    : "make a token with it in Calendly (Integrations & apps > API & "
                                      "webhooks)"));
}

void check_role(const config::Connector& connector, AccountStatus& status) {
    status.lacks_role =
        !connector.webhook.url.empty() && status.role && app::lacks_role(connector, *status.role);
    if (status.lacks_role)
        add_problem(
            status,
            "webhook.scope: organization needs the token of the organization's owner or an admin: use "
            "theirs, or webhook: {scope: user}");
}

asio::awaitable<int> look(Session& session, bool as_json) {
    AccountStatus status;
    auto* login = session.services().login();
    status.is_oauth = login != nullptr;
    if (login) {
        const auto state = co_await login->credential->check();  // renews them when it is time
        if (!state) {
            add_problem(status, api::describe(state.error()));
        } else if (!state->problem.empty()) {
            add_problem(status, state->problem);
        }
        if (login->credential->tokens()) add_tokens(*login->credential->tokens(), status);
        if (state) co_await ask_calendly(session, status);
        if (login->credential->tokens()) add_tokens(*login->credential->tokens(), status);
    } else {
        add_personal_token(session.connector(), status);
        co_await ask_calendly(session, status);
    }
    check_scopes(session.connector(), status);
    check_role(session.connector(), status);
    if (as_json) {
        fmt::print("{}\n", json::serialize(to_json(status)));
    } else {
        print(status);
    }
    co_return status.problem.empty() ? app::exit_code::done : app::exit_code::failed;
}

Run declare_auth_status(CLI::App& line, const CommonOptions& common) {
    auto connector = std::make_shared<std::string>();
    add_connector_option(line, *connector);
    return [&common, connector] {
        Session session(common, *connector);
        return session.run([&] { return look(session, common.as_json); });
    };
}

}  // namespace

const Command auth_status_command{"auth status", "Whose Calendly token it is, what it may, and until when",
                                  true, declare_auth_status};

}  // namespace cli
