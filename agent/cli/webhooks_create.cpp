#include <cstdio>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/webhooks.hpp"
#include "config/signing_keys.hpp"

namespace cli {

struct KeyToUse {
    std::string key;
    bool is_new = false;
};

namespace {

namespace asio = boost::asio;

KeyToUse find_or_make_key(const Webhooks& work) {
    const auto& settings = work.settings();
    const auto keys = config::signing_keys(settings);
    if (!keys.empty()) return {keys.back()};
    if (settings.signing_key_file.empty())
        work.fail_at("webhook.signing_key_file",
                     "missing: write the file of nginx's calendly_signing_key_file, such as "
                     "/etc/calendly-brevo/signing.key");
    KeyToUse made{config::make_signing_key(), true};
    config::SigningKeyFile(settings.signing_key_file).append(made.key);
    fmt::print("made a signing key: {}; reload nginx: {}\n", settings.signing_key_file, how_to_reload);
    return made;
}

// True: one serves already.
bool say_what_is_there(const upkeep::Seen& seen) {
    for (const auto& one : seen.verdict.subscriptions)
        if (one.is_ours)
            fmt::print("there is {} ({}, {}): {}\n", one.subscription.url, one.subscription.scope,
                       one.subscription.state,
                       one.problem ? to_string(*one.problem) : "right, and left as it is");
    if (seen.verdict.serving()) return true;
    if (seen.verdict.state != rules::SubscriptionState::missing)
        throw CommandError(fmt::format("the subscription is {}: calendly-brevo webhooks repair puts it right",
                                       to_string(seen.verdict.state)));
    return false;
}

asio::awaitable<void> probe_first(Webhooks& work, KeyToUse use) {
    const auto result = co_await work.probe().send(use.key, arrival_patience);
    const auto& url = work.subscriptions().wanted().url;
    if (!result.is_accepted() || !result.is_guarded()) {
        const auto* next = use.is_new ? "; reload nginx, then run this once more" : "";
        throw CommandError(
            fmt::format("{}: {}; nothing was subscribed{}", url, upkeep::describe(result), next));
    }
    if (result.has_arrived == true)
        fmt::print("probe: 200, and an agent has read it; forged: 401\n");
    else if (result.has_arrived == false)
        fmt::print(
            "probe: 200; forged: 401; no agent has read it within 3 s: is calendly-brevo agent running?\n");
    else
        fmt::print("probe: 200; forged: 401; Redis could not be asked whether an agent has read it\n");
}

}  // namespace

asio::awaitable<int> create_subscription(Webhooks& work, bool is_probed) {
    const auto seen = co_await work.look();
    work.require_rights(seen);
    if (say_what_is_there(seen)) co_return app::exit_code::done;
    const auto use = find_or_make_key(work);
    if (is_probed) co_await probe_first(work, use);
    auto plan = rules::plan_repair(seen.verdict, work.subscriptions().wanted());
    const auto change = co_await work.carry_out(std::move(plan), seen.user, use.key);
    fmt::print("{}: {}\n", change.made->state, change.made->uri);
    co_return app::exit_code::done;
}

namespace {

Run declare_create(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<WebhookOptions>();
    add_connector_option(line, options->connector);
    line.add_flag("!--no-probe", options->is_probed, "Subscribe without trying whether nginx answers");
    return [&common, options] {
        Webhooks work(common, *options);
        return work.session().run([&] { return create_subscription(work, options->is_probed); });
    };
}

}  // namespace

const Command webhooks_create_command{
    "webhooks create", "Make the subscription, and the signing key when there is none; probe nginx first",
    false, declare_create};

}  // namespace cli
