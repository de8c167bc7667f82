#include "cli/webhooks.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/programs.hpp"
#include "cli/setup_answers.hpp"
#include "config/error.hpp"
#include "config/signing_keys.hpp"
#include "config/values.hpp"
#include "redis/error.hpp"
#include "text/mask.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;

rules::WantedSubscription wanted_of(const Session& session) {
    try {
        return upkeep::wanted_by(session.connector().webhook);
    } catch (const std::invalid_argument& error) {
        throw config::Error(session.config_path(), 0,
                            fmt::format("connectors.{}.{}", session.connector().name, error.what()));
    }
}

}  // namespace

// Waits, visibly, while Calendly limits us or is in trouble.
class Webhooks::PatientAccount final : public calendly::AccountApi {
public:
    explicit PatientAccount(Session& session) : session_(session), api_(session.services().account()) {}

    asio::awaitable<api::Answer<calendly::User>> me() override {
        return session_.ask_patiently([this] { return api_.me(); });
    }
    asio::awaitable<api::Answer<calendly::Role>> role(calendly::User user) override {
        return session_.ask_patiently([this, user] { return api_.role(user); });
    }
    asio::awaitable<api::Answer<std::vector<calendly::Subscription>>> subscriptions(
        std::string organization, calendly::Scope scope, std::string user) override {
        return session_.ask_patiently(
            [this, organization, scope, user] { return api_.subscriptions(organization, scope, user); });
    }
    asio::awaitable<api::Answer<calendly::Subscription>> subscribe(
        calendly::NewSubscription subscription) override {
        return session_.ask_patiently([this, subscription] { return api_.subscribe(subscription); });
    }
    asio::awaitable<api::Answer<bool>> unsubscribe(std::string uri) override {
        return session_.ask_patiently([this, uri] { return api_.unsubscribe(uri); });
    }

private:
    Session& session_;
    calendly::AccountApi& api_;
};

void add_overlap_option(CLI::App& line, WebhookOptions& options) {
    line.add_option("--overlap", options.overlap,
                    "How long the old subscription stays beside the new one, for what is on its way")
        ->check(CLI::Validator(mistake_in_duration, "DURATION"))
        ->capture_default_str();
}

Webhooks::Webhooks(const CommonOptions& common, const WebhookOptions& options)
    : session_(common, options.connector), account_(std::make_unique<PatientAccount>(session_)) {
    auto wanted = wanted_of(session_);
    edge_.emplace(session_.executor(), wanted.url);
    auto& services = session_.services();
    subscriptions_.emplace(*account_, std::move(wanted), services.interruption(),
                           config::parse_duration(options.overlap));
    probe_.emplace(*edge_, services.upkeep(), services.interruption());
}

Webhooks::~Webhooks() = default;

asio::awaitable<upkeep::Seen> Webhooks::look() {
    auto seen = co_await subscriptions_->look();
    if (!seen) throw CommandError(upkeep::explain(seen.error(), subscriptions_->wanted()));
    co_return std::move(*seen);
}

asio::awaitable<upkeep::Change> Webhooks::carry_out(rules::SubscriptionPlan plan, calendly::User user,
                                                    std::string signing_key) {
    const auto said = [](const std::string& line) {
        fmt::print("{}\n", line);
        std::fflush(stdout);
    };
    auto change =
        co_await subscriptions_->carry_out(std::move(plan), std::move(user), std::move(signing_key), said);
    if (!change) throw CommandError(upkeep::explain(change.error(), subscriptions_->wanted()));
    co_return std::move(*change);
}

void Webhooks::require_rights(const upkeep::Seen& seen) const {
    if (seen.sees_organization || subscriptions_->wanted().scope != calendly::Scope::organization) return;
    throw CommandError(fmt::format(
        "webhook.scope: organization needs the token of the organization's owner or an admin, with "
        "the scopes webhooks:read and webhooks:write, and {} is none of them or the token lacks "
        "these: use such a token, or scope: user",
        seen.user.email.empty() ? "this user" : text::mask_email(seen.user.email)));
}

asio::awaitable<void> Webhooks::tell_agents(std::string reason) {
    std::string trouble;
    try {
        auto& store = session_.services().upkeep();
        co_await store.note_repair(repair_pause);
        co_await store.want_reconciliation(std::move(reason));
    } catch (const redis::Error& error) {
        trouble = error.what();
    }
    if (!trouble.empty())
        fmt::print(stderr, "{}; no reconciliation will follow by itself: calendly-brevo reconcile\n",
                   trouble);
}

asio::awaitable<std::string> Webhooks::accepted_key() {
    auto keys = config::signing_keys(settings());
    if (keys.empty())
        throw CommandError(
            fmt::format("connector {} has no signing key: calendly-brevo webhooks create makes one",
                        session_.connector().name));
    upkeep::EdgeAnswer last;
    const auto key = co_await probe_->newest_accepted(std::move(keys), last);
    if (key) co_return *key;
    upkeep::ProbeResult result;
    result.genuine = last;
    throw CommandError(
        fmt::format("{}: {}; nothing was changed", subscriptions_->wanted().url, upkeep::describe(result)));
}

void run_reload_command(const std::string& command, const std::string& then) {
    if (command.empty()) return;
    fmt::print("running: {}\n", command);
    std::fflush(stdout);
    const int exit_code = run_in_shell(command);
    if (exit_code != 0) throw CommandError(fmt::format("--reload-command ended with {}: {}", exit_code, then));
}

void Webhooks::fail_at(const std::string& key, const std::string& what) const {
    throw config::Error(session_.config_path(), 0,
                        fmt::format("connectors.{}.{}: {}", session_.connector().name, key, what));
}

}  // namespace cli
