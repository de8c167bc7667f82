#include <pwd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/looking.hpp"
#include "cli/session.hpp"
#include "operating/shapes.hpp"
#include "redis/pause_switch.hpp"
#include "redis/unix_ms.hpp"

namespace cli {

struct PauseOptions {
    std::string connector;
    std::string reason;
};

namespace {

namespace asio = boost::asio;

// Whoever types: root by sudo is the person behind it.
std::string typing_user() {
    const char* behind = std::getenv("SUDO_USER");
    std::string user = behind ? behind : "";
    const auto* entry = user.empty() ? ::getpwuid(::geteuid()) : nullptr;
    if (entry) user = entry->pw_name;
    if (user.empty()) user = std::to_string(::geteuid());
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return fmt::format("{}@{}", user, host.data());
}

std::string since_text(const redis::Pause& pause) {
    auto text = fmt::format("since {} by {}", shown_time_of(pause.since_ms), pause.by);
    if (!pause.reason.empty()) text += ": " + pause.reason;
    return text;
}

asio::awaitable<int> begin_pause(Session& session, std::string reason, bool as_json) {
    redis::Pause wanted{typing_user(), std::move(reason), redis::unix_ms().count()};
    const auto stands = co_await session.services().pause_switch().pause(wanted);
    if (as_json) {
        const std::optional<redis::Pause> state = stands;
        fmt::print("{}\n", boost::json::serialize(operating::to_json(state)));
        co_return app::exit_code::done;
    }
    fmt::print("{}: {} {}\n", session.connector().name, stands == wanted ? "paused" : "was paused already,",
               since_text(stands));
    if (stands == wanted)
        fmt::print("nothing new is consumed by any agent within a second; calendly-brevo resume ends it\n");
    co_return app::exit_code::done;
}

asio::awaitable<int> end_pause(Session& session, bool as_json) {
    const auto stood = co_await session.services().pause_switch().resume();
    if (as_json) {
        const std::optional<redis::Pause> none;
        fmt::print("{}\n", boost::json::serialize(operating::to_json(none)));
        co_return app::exit_code::done;
    }
    const auto& name = session.connector().name;
    if (stood)
        fmt::print("{}: resumed; it was paused {}\n", name, since_text(*stood));
    else
        fmt::print("{}: it was not paused\n", name);
    co_return app::exit_code::done;
}

Run declare_pause(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<PauseOptions>();
    add_connector_option(line, options->connector);
    line.add_option("--reason", options->reason, "Why, for whoever looks next");
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return begin_pause(session, options->reason, common.as_json); });
    };
}

Run declare_resume(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<PauseOptions>();
    add_connector_option(line, options->connector);
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return end_pause(session, common.as_json); });
    };
}

}  // namespace

const Command pause_command{"pause", "Let no agent consume anything new of a connector", true, declare_pause};
const Command resume_command{"resume", "End a pause", true, declare_resume};

}  // namespace cli
