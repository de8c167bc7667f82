#include "cli/setup_edge.hpp"

#include <sys/stat.h>

#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "app/doctor.hpp"
#include "app/exit_code.hpp"
#include "cli/doctor.hpp"
#include "cli/programs.hpp"
#include "cli/webhooks.hpp"
#include "config/signing_keys.hpp"

namespace cli {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto look_at_edge_every = 1000ms;
constexpr auto again = "again";
constexpr auto skip = "skip";

void tell(const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

bool is_edge_ready(const upkeep::ProbeResult& result) {
    return result.is_accepted() && result.is_guarded();
}

asio::awaitable<upkeep::ProbeResult> try_edge(Webhooks& work) {
    auto keys = config::signing_keys(work.settings());
    auto result = co_await work.probe().send(keys.back(), 0ms);
    co_return result;
}

// Somebody who can reload nginx is there. False: they go on without.
asio::awaitable<bool> await_somebody(Webhooks& work, Questions& questions) {
    while (true) {
        const auto result = co_await try_edge(work);
        if (is_edge_ready(result)) co_return true;
        tell(fmt::format("{}: {}", work.settings().url, upkeep::describe(result)));
        const auto answer = questions.ask(
            {.text = fmt::format("Enter when nginx has the location above and was reloaded ({}), or skip",
                                 how_to_reload),
             .usual = again,
             .mistake = [](const std::string& typed) {
                 return typed == again || typed == skip ? "" : "press Enter, or type skip";
             }});
        if (answer == skip) co_return false;
    }
}

asio::awaitable<void> await_reload(Webhooks& work, std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    std::string last;
    while (true) {
        const auto result = co_await try_edge(work);
        if (is_edge_ready(result)) co_return;
        const auto trouble = upkeep::describe(result);
        if (std::chrono::steady_clock::now() >= end)
            throw CommandError(fmt::format(
                "{}: {}; nothing was subscribed: give nginx the location above, reload it ({}), then run "
                "setup once more, which goes on from here",
                work.settings().url, trouble, how_to_reload));
        if (trouble != last)
            tell(fmt::format("waiting up to {} s for nginx: {}",
                             std::chrono::ceil<std::chrono::seconds>(patience).count(), trouble));
        last = trouble;
        co_await work.session().services().interruption().sleep(look_at_edge_every);
    }
}

asio::awaitable<rules::Findings> examine_all(Session& session) {
    const app::Patient patient{session.executor(), session.configuration(), session.config_path(),
                               session.connector(), session.services()};
    const rules::Selection everything;
    auto findings = co_await app::diagnose(patient, everything);
    co_return findings;
}

// What root writes into a folder of root's is root's.
void say_who_may_read(const std::string& config_path) {
    struct stat file {};
    if (::stat(config_path.c_str(), &file) != 0 || file.st_uid != 0) return;
    const auto folder = std::filesystem::path(config_path).parent_path().string();
    fmt::print(
        "The files belong to root, and the service may not read them until they are its own:\n"
        "  useradd --system calendly-brevo; chown -R calendly-brevo: {}\n",
        folder);
}

void say_how_to_start(const std::string& config_path) {
    fmt::print(
        "All is well but for the agent, which brings the bookings to Brevo. Start it, if it does not run "
        "yet:\n"
        "  calendly-brevo agent --config {}\n",
        config_path);
    if (config_path == CommonOptions().config_path) {
        fmt::print("or, as a service: systemctl enable --now calendly-brevo\n");
        say_who_may_read(config_path);
    }
    fmt::print(
        "Then book a meeting, look at the contact in Brevo, and at: calendly-brevo doctor --config {}\n",
        config_path);
}

asio::awaitable<int> connect_all(Webhooks& work, Questions& questions, EdgeSetup setup) {
    bool is_ready = true;
    if (setup.is_unattended)
        co_await await_reload(work, setup.patience);
    else
        is_ready = co_await await_somebody(work, questions);
    if (is_ready) {
        tell("probe: 200; forged: 401");
        co_await create_subscription(work, false);
    } else {
        tell("nothing was subscribed");
    }
    tell("\ndoctor looks at the whole way:");
    const auto findings = co_await examine_all(work.session());
    print_findings(findings);
    fmt::print("\n");
    if (!rules::is_well_but_for_agent(findings)) {
        tell(
            "Follow each fix: above, then: calendly-brevo setup, which leaves what is right, or "
            "calendly-brevo doctor");
        co_return app::exit_code::failed;
    }
    say_how_to_start(work.session().config_path());
    co_return app::exit_code::done;
}

}  // namespace

void test_nginx() {
    tell("running: nginx -t");
    if (run_in_shell("PATH=$PATH:/usr/sbin:/sbin nginx -t 2>&1") != 0)
        throw CommandError(
            "nginx -t refuses its configuration: include the location in a server { ... }, load the module "
            "at the "
            "top of nginx.conf (load_module modules/ngx_http_calendly_module.so;), then run setup once more, "
            "which "
            "goes on from here");
}

int connect(const CommonOptions& common, Questions& questions, const EdgeSetup& setup) {
    run_reload_command(
        setup.reload_command,
        "nothing was subscribed; correct it, then run setup once more, which goes on from here");
    Webhooks work(common, WebhookOptions{});
    return work.session().run_silently([&] { return connect_all(work, questions, setup); });
}

}  // namespace cli
