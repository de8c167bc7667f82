#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/webhooks.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::SubscriptionState;

json::value time_or_null(const std::optional<calendly::Timestamp>& time) {
    return time ? json::value(calendly::to_string(*time)) : json::value(nullptr);
}

json::object to_json(const rules::JudgedSubscription& one) {
    const auto& subscription = one.subscription;
    json::object object{{"uri", subscription.uri},
                        {"url", subscription.url},
                        {"scope", subscription.scope},
                        {"state", subscription.state},
                        {"events", json::value_from(subscription.events)},
                        {"created_at", time_or_null(subscription.created_at)},
                        {"retry_started_at", time_or_null(subscription.retry_started_at)},
                        {"ours", one.is_ours},
                        {"problem", nullptr}};
    if (one.problem) object["problem"] = to_string(*one.problem);
    return object;
}

void print_json(const rules::SubscriptionVerdict& verdict) {
    json::array subscriptions;
    for (const auto& one : verdict.subscriptions) subscriptions.push_back(to_json(one));
    fmt::print("{}\n", json::serialize(json::object{{"verdict", to_string(verdict.state)},
                                                    {"subscriptions", subscriptions}}));
}

void print_row(const rules::JudgedSubscription& one) {
    const auto& subscription = one.subscription;
    fmt::print("{:<6} {:<9} {:<13} {:<13} {}\n       {}\n", one.is_ours ? "ours" : "other",
               subscription.state, subscription.scope, one.problem ? to_string(*one.problem) : "-",
               subscription.url, subscription.uri);
}

std::string_view next_step(SubscriptionState state) {
    switch (state) {
        case SubscriptionState::missing:
            return "; next: calendly-brevo webhooks create";
        case SubscriptionState::retrying:
            return "; Calendly could not deliver something within the last 24 hours and tries it again";
        case SubscriptionState::ok:
            return "";
        default:
            return "; next: calendly-brevo webhooks repair";
    }
}

asio::awaitable<int> list(Webhooks& work, bool as_json) {
    const auto seen = co_await work.look();
    if (!seen.sees_organization)
        fmt::print(stderr,
                   "only this user's own subscriptions are shown: the organization's are for its owner and "
                   "admins\n");
    if (as_json) {
        print_json(seen.verdict);
    } else {
        for (const auto& one : seen.verdict.subscriptions) print_row(one);
        fmt::print("verdict: {}{}\n", to_string(seen.verdict.state), next_step(seen.verdict.state));
    }
    co_return seen.verdict.state == SubscriptionState::ok ? app::exit_code::done : app::exit_code::failed;
}

Run declare_list(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<WebhookOptions>();
    add_connector_option(line, options->connector);
    return [&common, options] {
        Webhooks work(common, *options);
        return work.session().run([&] { return list(work, common.as_json); });
    };
}

}  // namespace

const Command webhooks_list_command{
    "webhooks list", "The subscriptions at Calendly, and what is wrong with ours", true, declare_list};

}  // namespace cli
