#include "cli/history_command.hpp"

#include "calendly/present.hpp"

#include <fmt/format.h>

namespace cli {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto between_looks = 200ms;
constexpr unsigned looks_until_notice = 50;

}  // namespace

upkeep::HistoryWorld history_world(Session& session, HistoryProgress& progress, std::function<void()> check) {
    auto& services = session.services();
    return {services.history_account(),
            services.history(),
            services.people(),
            services.history_store(),
            services.interruption(),
            progress,
            [&session, &progress](api::ApiFailure failure, unsigned attempts) {
                progress.clear();
                return session.wait_after(std::move(failure), attempts);
            },
            std::move(check),
            calendly::present,
            [&services] { services.yield_to_webhooks(); }};
}

asio::awaitable<void> under_lock(upkeep::LockKeeper& lock, std::function<asio::awaitable<void>()> work) {
    std::exception_ptr failure;
    try {
        co_await work();
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    co_await lock.give_back();
    if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> wait_until_drained(upkeep::HistoryWorld& world, std::string first, std::string last) {
    if (first.empty()) co_return;
    for (unsigned looks = 1;; ++looks) {
        upkeep::begin_step(world);
        const bool waits =
            co_await upkeep::through_outages(world, [&] { return world.store.waits_between(first, last); });
        if (!waits) co_return;
        if (looks % looks_until_notice == 0) {
            const auto count = co_await upkeep::through_outages(
                world, [&] { return world.store.waiting(redis::WaitingIn::history); });
            world.watcher.on_notice(fmt::format(
                "{} entries of history wait for an agent; Ctrl-C leaves them to it, nothing is lost", count));
        }
        co_await world.interruption.sleep(between_looks);
    }
}

boost::json::object to_json(const upkeep::HistoryFigures& figures, std::uint64_t seconds) {
    return {{"events", figures.events},
            {"invitees", figures.invitees},
            {"already_right", figures.already_right},
            {"appended", figures.appended},
            {"failed", figures.failed},
            {"seconds", seconds}};
}

}  // namespace cli
