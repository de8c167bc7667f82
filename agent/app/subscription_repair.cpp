#include "app/subscription_repair.hpp"

#include <chrono>

#include <fmt/format.h>

#include "app/connector_services.hpp"
#include "config/error.hpp"
#include "config/signing_keys.hpp"
#include "upkeep/edge_probe.hpp"
#include "upkeep/subscriptions.hpp"

namespace app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using operating::RepairRefused;

// What an old subscription still delivers arrives within it.
constexpr auto overlap_of_repairs = 10s;
// For so long the agents leave alone what was just made.
constexpr std::chrono::milliseconds repair_rest = 10min;

rules::WantedSubscription wanted_subscription(const config::Webhook& webhook) {
    if (webhook.url.empty())
        throw RepairRefused("There is nothing to repair: webhook.url is not configured.");
    try {
        return upkeep::wanted_by(webhook);
    } catch (const std::invalid_argument& error) {
        throw RepairRefused(fmt::format("{}.", error.what()));
    }
}

std::vector<std::string> keys_for_repair(const config::Webhook& webhook) {
    std::string trouble = "no signing key is configured: calendly-brevo webhooks create makes one";
    try {
        auto keys = config::signing_keys(webhook);
        if (!keys.empty()) return keys;
    } catch (const config::Error& error) {
        trouble = error.what();
    }
    throw RepairRefused(fmt::format("Nothing was changed: {}.", trouble));
}

upkeep::Seen seen_or_refused(api::Answer<upkeep::Seen> seen, const rules::WantedSubscription& wanted) {
    if (!seen) throw RepairRefused(fmt::format("{}.", upkeep::explain(seen.error(), wanted)));
    if (!seen->sees_organization && wanted.scope == calendly::Scope::organization)
        throw RepairRefused(
            "webhook.scope: organization needs the token of the organization's owner or an admin, with the "
            "scopes webhooks:read and webhooks:write: use such a token, or scope: user.");
    return std::move(*seen);
}

asio::awaitable<std::string> accepted_key(upkeep::EdgeProbe& probe, const config::Webhook& webhook) {
    upkeep::EdgeAnswer last;
    auto keys = keys_for_repair(webhook);
    const auto key = co_await probe.newest_accepted(std::move(keys), last);
    if (key) co_return *key;
    upkeep::ProbeResult result;
    result.genuine = last;
    throw RepairRefused(fmt::format("{}: {}; nothing was changed.", webhook.url, upkeep::describe(result)));
}

}  // namespace

asio::awaitable<operating::Repaired> repair_subscription(asio::any_io_executor executor,
                                                         config::Webhook webhook,
                                                         ConnectorServices& services) {
    const auto wanted = wanted_subscription(webhook);
    upkeep::HttpEdge edge(executor, wanted.url);
    upkeep::EdgeProbe probe(edge, services.upkeep(), services.interruption());
    upkeep::Subscriptions subscriptions(services.account(), wanted, services.interruption(),
                                        overlap_of_repairs);
    auto answer = co_await subscriptions.look();
    auto seen = seen_or_refused(std::move(answer), wanted);
    operating::Repaired repaired{std::string(to_string(seen.verdict.state)), {}};
    auto plan = rules::plan_repair(seen.verdict, wanted);
    if (plan.is_nothing()) co_return repaired;
    std::string key;
    if (plan.make) key = co_await accepted_key(probe, webhook);
    co_await services.upkeep().note_repair(repair_rest);
    co_await services.upkeep().want_reconciliation(fmt::format("the subscription was {}", repaired.state));
    const auto said = [&repaired](const std::string& line) { repaired.changes.push_back(line + "."); };
    auto change = co_await subscriptions.carry_out(std::move(plan), seen.user, std::move(key), said);
    if (!change) throw RepairRefused(fmt::format("{}.", upkeep::explain(change.error(), wanted)));
    answer = co_await subscriptions.look();
    const auto after = seen_or_refused(std::move(answer), wanted);
    repaired.state = to_string(after.verdict.state);
    co_return repaired;
}

asio::awaitable<void> begin_reconciliation(ConnectorServices& services) {
    auto& store = services.history_store();
    const auto wanted = co_await store.read(redis::history_name::reconcile_wanted);
    const auto at_work = co_await store.read(redis::history_name::reconcile_lock);
    if (wanted || at_work) throw operating::UnderWay("A reconciliation is under way already.");
    co_await services.upkeep().want_reconciliation("an operator wants it");
}

}  // namespace app
