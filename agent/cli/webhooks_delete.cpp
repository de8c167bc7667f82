#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/webhooks.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;

struct DeleteOptions {
    WebhookOptions common;
    std::string uri;
    bool is_ours = false;
};

bool names_subscription(std::string_view uri) {
    constexpr std::string_view kind = "/webhook_subscriptions/";
    const auto at = uri.find(kind);
    return at != uri.npos && at + kind.size() < uri.size();
}

asio::awaitable<int> remove_ours(Webhooks& work) {
    const auto seen = co_await work.look();
    rules::SubscriptionPlan plan;
    for (const auto& one : seen.verdict.subscriptions)
        if (one.is_ours) plan.remove.push_back(one.subscription.uri);
    if (plan.is_nothing()) fmt::print("none of the subscriptions is ours\n");
    co_await work.carry_out(std::move(plan), seen.user, "");
    co_return app::exit_code::done;
}

asio::awaitable<int> remove_one(Webhooks& work, std::string uri) {
    rules::SubscriptionPlan plan;
    plan.remove.push_back(std::move(uri));
    calendly::User nobody;
    co_await work.carry_out(std::move(plan), std::move(nobody), "");
    co_return app::exit_code::done;
}

int run_delete(const CommonOptions& common, const DeleteOptions& options) {
    if (!options.is_ours && !names_subscription(options.uri))
        throw CommandError(fmt::format(
            "{}: not the URI of a subscription: calendly-brevo webhooks list shows them", options.uri));
    Webhooks work(common, options.common);
    return work.session().run(
        [&] { return options.is_ours ? remove_ours(work) : remove_one(work, options.uri); });
}

Run declare_delete(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<DeleteOptions>();
    add_connector_option(line, options->common.connector);
    line.add_option("uri", options->uri, "The subscription's URI");
    line.add_flag("--ours", options->is_ours, "Every one with our URL, whatever its query");
    line.final_callback([options] {
        if (options->is_ours == !options->uri.empty())
            throw CLI::ValidationError(
                "uri", "name a subscription by its URI (calendly-brevo webhooks list), or --ours");
    });
    return [&common, options] { return run_delete(common, *options); };
}

}  // namespace

const Command webhooks_delete_command{"webhooks delete", "Delete a subscription, or all of ours", false,
                                      declare_delete};

}  // namespace cli
