#include <algorithm>
#include <cstdio>
#include <functional>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "calendly/present.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/history_command.hpp"
#include "cli/webhooks.hpp"
#include "upkeep/lock_keeper.hpp"
#include "upkeep/rotation.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct RotateOptions {
    WebhookOptions common;
    std::string reload_command;
    bool is_finish = false;
    bool is_now = false;
};

// After a reload the workers of before may still accept a connection for a moment, and behind one address may
// be several machines: one answer alone says little.
constexpr unsigned accepted_in_a_row = 10;
constexpr auto between_probes = 100ms;
constexpr auto look_again_after = 1000ms;
constexpr auto reload_patience = 60s;
constexpr auto key_stays =
    "the new key stays in the file, which does no harm, and the next rotation goes on with it";

void say(const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

void require_own_file(const Webhooks& work, Session& session) {
    const auto& own = session.connector();
    if (own.webhook.signing_key_file.empty())
        work.fail_at(
            "webhook.signing_key_file",
            "missing: keys are rotated in the file that nginx reads (calendly_signing_key_file); write "
            "it here instead of signing_key");
    for (const auto& other : session.configuration().connectors)
        if (other.name != own.name && other.webhook.signing_key_file == own.webhook.signing_key_file)
            work.fail_at("webhook.signing_key_file",
                         fmt::format("is also that of connector {}, whose subscription would lose its key: "
                                     "give each connector a file of its own",
                                     other.name));
}

std::string said_of(const upkeep::EdgeAnswer& answer) {
    return answer.status == 0 ? answer.trouble : fmt::format("it answers {}", answer.status);
}

// Until the edge accepts the key every time. With a command that was to reload it not for ever.
asio::awaitable<void> await_acceptance(Webhooks& work, std::string key, bool is_limited) {
    const auto end = std::chrono::steady_clock::now() + reload_patience;
    std::string last;
    for (unsigned accepted = 0; accepted < accepted_in_a_row;) {
        const auto answer = co_await work.probe().send_genuine(key);
        accepted = answer.status == 200 ? accepted + 1 : 0;
        if (accepted == 0 && is_limited && std::chrono::steady_clock::now() > end)
            throw CommandError(fmt::format(
                "{}: {} to a probe signed with the new key a minute after --reload-command: the key stays in "
                "the file, which does no harm, and the next rotation goes on with it",
                work.subscriptions().wanted().url, said_of(answer)));
        if (accepted == 0 && said_of(answer) != last) {
            last = said_of(answer);
            say(
                fmt::format("waiting until nginx accepts the new key ({}); Ctrl-C does no harm, the next "
                            "rotation goes on with it",
                            last));
        }
        co_await work.session().services().interruption().sleep(accepted > 0 ? between_probes
                                                                             : look_again_after);
    }
}

// `check` throws when another process rotates, too: this one was so slow that its lock had ended.
asio::awaitable<int> rotate(Webhooks& work, std::string reload_command, std::function<void()> check) {
    auto& session = work.session();
    const auto before = co_await work.look();
    work.require_rights(before);
    const config::SigningKeyFile file(work.settings().signing_key_file);
    upkeep::Rotation rotation(file, session.services().upkeep());
    const auto finished = co_await rotation.finish(calendly::present(), false);
    if (finished.removed > 0) say(fmt::format("removed {} old keys from {}", finished.removed, file.path()));
    bool is_resumed = false;
    const auto key = co_await rotation.begin(is_resumed);
    say(fmt::format("{} in {}", is_resumed ? "going on with the new key" : "a new key stands", file.path()));
    if (reload_command.empty()) say(fmt::format("reload nginx: {}", how_to_reload));
    run_reload_command(reload_command, key_stays);
    co_await await_acceptance(work, key, !reload_command.empty());
    check();
    const auto seen = co_await work.look();  // others may have worked on it meanwhile
    work.require_rights(seen);
    co_await work.tell_agents("webhooks rotate");
    auto plan = rules::plan_rotation(seen.verdict, work.subscriptions().wanted());
    co_await work.carry_out(std::move(plan), seen.user, key);
    check();
    co_await rotation.retire_all_but(key, calendly::present());
    say("rotated; the old key stays for 25 hours, for what is on its way: then the agent removes it where it "
        "may write the file, or calendly-brevo webhooks rotate --finish");
    co_return app::exit_code::done;
}

asio::awaitable<int> finish(Webhooks& work, bool is_now, std::string reload_command) {
    const config::SigningKeyFile file(work.settings().signing_key_file);
    upkeep::Rotation rotation(file, work.session().services().upkeep());
    const auto finished = co_await rotation.finish(calendly::present(), is_now);
    if (!finished.is_anything_retired) {
        say("no old key waits to be removed");
        co_return app::exit_code::done;
    }
    if (finished.removed == 0 && finished.next)
        throw CommandError(
            fmt::format("{}: an old key must stay until {}, deliveries that it signed may be on their way; "
                        "--now removes it "
                        "all the same",
                        file.path(), calendly::to_string(*finished.next)));
    say(fmt::format("removed {} old keys from {}", finished.removed, file.path()));
    if (reload_command.empty())
        say(fmt::format("nginx forgets them with its next reload: {}", how_to_reload));
    run_reload_command(reload_command, "nginx forgets them with its next reload");
    co_return app::exit_code::done;
}

asio::awaitable<void> do_step(Webhooks& work, const RotateOptions& options, const upkeep::LockKeeper& lock,
                              int& exit_code) {
    auto reload_command = options.reload_command;
    std::function<void()> check = [&lock] { lock.check(); };
    if (options.is_finish)
        exit_code = co_await finish(work, options.is_now, std::move(reload_command));
    else
        exit_code = co_await rotate(work, std::move(reload_command), std::move(check));
}

// Two at once would each delete what the other one has made.
asio::awaitable<int> run_alone(Webhooks& work, const RotateOptions& options) {
    auto& services = work.session().services();
    upkeep::LockKeeper lock(services.history_store(), services.interruption(),
                            redis::history_name::rotation_lock);
    for (bool is_said = false;; is_said = true) {
        const bool is_taken = co_await lock.take();
        if (is_taken) break;
        if (!is_said) say("another rotation is at work, or was killed within the last 30 s: waiting for its end");
        co_await services.interruption().sleep(look_again_after);
    }
    int exit_code = app::exit_code::failed;
    const std::function<asio::awaitable<void>()> step = [&] { return do_step(work, options, lock, exit_code); };
    co_await under_lock(lock, step);
    co_return exit_code;
}

int run_rotate(const CommonOptions& common, const RotateOptions& options) {
    Webhooks work(common, options.common);
    require_own_file(work, work.session());
    return work.session().run([&] { return run_alone(work, options); });
}

Run declare_rotate(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<RotateOptions>();
    add_connector_option(line, options->common.connector);
    line.add_option("--reload-command", options->reload_command,
                    "Makes nginx read its keys again (default: says what to do, and waits)");
    line.add_flag("--finish", options->is_finish, "Remove the old key, 25 hours after the rotation");
    line.add_flag("--now", options->is_now, "With --finish: without waiting for the 25 hours");
    add_overlap_option(line, options->common);
    line.final_callback([options] {
        if (options->is_now && !options->is_finish)
            throw CLI::ValidationError("--now", "goes with --finish");
    });
    return [&common, options] { return run_rotate(common, *options); };
}

}  // namespace

const Command webhooks_rotate_command{
    "webhooks rotate", "Another signing key, without a delivery refused or lost", false, declare_rotate};

}  // namespace cli
