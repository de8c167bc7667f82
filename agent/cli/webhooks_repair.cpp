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

asio::awaitable<int> repair(Webhooks& work) {
    const auto seen = co_await work.look();
    work.require_rights(seen);
    auto plan = rules::plan_repair(seen.verdict, work.subscriptions().wanted());
    fmt::print("the subscription is {}\n", to_string(seen.verdict.state));
    if (plan.is_nothing()) co_return app::exit_code::done;
    std::string key;
    if (plan.make) key = co_await work.accepted_key();
    co_await work.tell_agents(fmt::format("webhooks repair: {}", to_string(seen.verdict.state)));
    co_await work.carry_out(std::move(plan), seen.user, std::move(key));
    co_return app::exit_code::done;
}

Run declare_repair(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<WebhookOptions>();
    add_connector_option(line, options->connector);
    add_overlap_option(line, *options);
    return [&common, options] {
        Webhooks work(common, *options);
        return work.session().run([&] { return repair(work); });
    };
}

}  // namespace

const Command webhooks_repair_command{
    "webhooks repair", "Make the subscription right: a new one first, then the old one is deleted", false,
    declare_repair};

}  // namespace cli
