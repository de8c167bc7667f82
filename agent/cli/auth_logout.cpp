#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "calendly/parse.hpp"
#include "calendly/stored_tokens.hpp"
#include "calendly/token_key.hpp"
#include "cli/auth_account.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "rules/subscription_check.hpp"
#include "text/seal.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

struct LogoutOptions {
    std::string connector;
    bool keep_webhooks = false;
};

// Subscriptions first: without the token nobody can delete them. Each step says what it did; one that fails
// says what is left.
class Logout {
public:
    Logout(Session& session, app::OAuthLogin& login, bool as_json)
        : session_(session), login_(login), as_json_(as_json) {}

    asio::awaitable<int> run(bool keep_webhooks);

private:
    std::FILE* out() const { return as_json_ ? stderr : stdout; }
    asio::awaitable<std::optional<std::string>> stored();
    std::optional<calendly::Tokens> opened(const std::string& sealed) const;
    asio::awaitable<void> delete_subscriptions();
    asio::awaitable<void> delete_ours(std::vector<calendly::Subscription> subscriptions);
    asio::awaitable<std::vector<calendly::Subscription>> all_of(calendly::Scope scope, calendly::User user);
    asio::awaitable<void> revoke(std::string token);
    asio::awaitable<void> erase();

    Session& session_;
    app::OAuthLogin& login_;
    bool as_json_;
    std::size_t deleted_ = 0;
    bool is_revoked_ = false;
};

asio::awaitable<std::optional<std::string>> Logout::stored() {
    try {
        auto sealed = co_await login_.store->read();
        co_return sealed;
    } catch (const calendly::TokenStoreError& error) {
        throw CommandError(fmt::format("the login cannot be read, and stays: {}", error.what()));
    }
}

// Nothing when another key sealed them: they are worth nothing here.
std::optional<calendly::Tokens> Logout::opened(const std::string& sealed) const {
    try {
        return calendly::open_tokens(sealed, calendly::read_token_key(login_.key_file),
                                     session_.connector().name);
    } catch (const text::SealError&) {
        return std::nullopt;
    } catch (const calendly::ShapeError&) {
        return std::nullopt;
    } catch (const std::invalid_argument&) {
        return std::nullopt;
    }
}

// Those of an organization are for its owner and admins; of anybody else there can be none.
asio::awaitable<std::vector<calendly::Subscription>> Logout::all_of(calendly::Scope scope,
                                                                    calendly::User user) {
    auto& account = session_.services().account();
    auto found =
        co_await session_.ask([&]() -> asio::awaitable<api::Answer<std::vector<calendly::Subscription>>> {
            auto answer = co_await account.subscriptions(user.organization, scope, user.uri);
            const bool is_not_for_us =
                scope == calendly::Scope::organization && !answer && api::is_for_leaders_only(answer.error());
            if (is_not_for_us) co_return std::vector<calendly::Subscription>();
            co_return answer;
        });
    co_return found;
}

asio::awaitable<void> Logout::delete_ours(std::vector<calendly::Subscription> subscriptions) {
    auto& account = session_.services().account();
    for (const auto& subscription : subscriptions) {
        if (!rules::is_same_place(subscription.url, session_.connector().webhook.url)) continue;
        co_await session_.ask([&] { return account.unsubscribe(subscription.uri); });
        ++deleted_;
        fmt::print(out(), "deleted the subscription {} ({})\n", subscription.uri, subscription.url);
    }
}

asio::awaitable<void> Logout::delete_subscriptions() {
    if (session_.connector().webhook.url.empty()) {
        fmt::print(out(), "no subscription was deleted: webhook.url does not say which is ours\n");
        co_return;
    }
    try {
        const auto user = co_await session_.ask([this] { return session_.services().account().me(); });
        for (const auto scope : {calendly::Scope::organization, calendly::Scope::user}) {
            auto subscriptions = co_await all_of(scope, user);
            co_await delete_ours(std::move(subscriptions));
        }
    } catch (const CommandError& error) {
        throw CommandError(
            fmt::format("{}; left: our subscriptions at Calendly, and the login; try again, or leave "
                        "the subscriptions with --keep-webhooks",
                        error.what()));
    }
    if (deleted_ == 0) fmt::print(out(), "no subscription leads to {}\n", session_.connector().webhook.url);
}

// What Calendly refuses to revoke is not valid any more, or not ours.
asio::awaitable<void> Logout::revoke(std::string token) {
    auto answer = co_await session_.ask([this, &token]() -> asio::awaitable<api::Answer<bool>> {
        auto revoked = co_await login_.server->revoke(token);
        if (revoked || revoked.error().remedy == api::Remedy::retry) co_return revoked;
        fmt::print(stderr, "{}; left: perhaps the app's access, see Integrations & apps in Calendly\n",
                   api::describe(revoked.error()));
        co_return false;
    });
    is_revoked_ = answer;
    if (is_revoked_) fmt::print(out(), "revoked at Calendly\n");
}

asio::awaitable<void> Logout::erase() {
    try {
        co_await login_.store->erase();
    } catch (const calendly::TokenStoreError& error) {
        throw CommandError(error.what());
    }
    fmt::print(out(), "erased the stored tokens ({}); left: {}, which is of no use by itself\n", login_.place,
               login_.key_file);
}

asio::awaitable<int> Logout::run(bool keep_webhooks) {
    const auto sealed = co_await stored();
    if (!sealed) {
        fmt::print(out(), "nobody is logged in\n");
        if (as_json_) fmt::print("{{\"subscriptions_deleted\":0,\"revoked\":false,\"erased\":false}}\n");
        co_return app::exit_code::done;
    }
    const auto known = opened(*sealed);
    if (known && !keep_webhooks) co_await delete_subscriptions();
    if (!known && !keep_webhooks)
        throw CommandError(
            fmt::format("the stored tokens cannot be opened with {}: nothing was deleted or revoked; "
                        "--keep-webhooks erases them all the same",
                        login_.key_file));
    co_await lock_tokens(session_, login_);
    std::exception_ptr trouble;
    try {
        // By now they may have been renewed.
        const auto latest = co_await stored();
        const auto tokens = latest ? opened(*latest) : std::nullopt;
        if (tokens) co_await revoke(tokens->refresh_token);
        co_await erase();
    } catch (const CommandError& error) {
        trouble = std::make_exception_ptr(
            CommandError(fmt::format("{}; left: the stored tokens; try again", error.what())));
    } catch (...) {
        trouble = std::current_exception();
    }
    co_await unlock_tokens(login_);
    if (trouble) std::rethrow_exception(trouble);
    if (as_json_)
        fmt::print("{}\n",
                   json::serialize(json::object{
                       {"subscriptions_deleted", deleted_}, {"revoked", is_revoked_}, {"erased", true}}));
    co_return is_revoked_ ? app::exit_code::done : app::exit_code::failed;
}

Run declare_auth_logout(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<LogoutOptions>();
    add_connector_option(line, options->connector);
    line.add_flag("--keep-webhooks", options->keep_webhooks,
                  "Leave our subscriptions at Calendly as they are");
    return [&common, options] {
        Session session(common, options->connector);
        Logout logout(session, login_of(session, "auth logout"), common.as_json);
        return session.run([&] { return logout.run(options->keep_webhooks); });
    };
}

}  // namespace

const Command auth_logout_command{"auth logout",
                                  "Delete our subscriptions, revoke the login and erase the stored tokens",
                                  true, declare_auth_logout};

}  // namespace cli
