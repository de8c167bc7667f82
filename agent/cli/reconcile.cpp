#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "calendly/present.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/history_command.hpp"
#include "config/values.hpp"
#include "redis/unix_ms.hpp"
#include "upkeep/reconciliation.hpp"

namespace cli {

struct ReconcileOptions {
    std::string connector;
    std::string back;  // as typed; "": as configured
    std::string ahead;
    bool waits = true;
};

// One run of the command.
class ReconcileRun {
public:
    ReconcileRun(Session& session, const ReconcileOptions& options, config::Reconcile window,
                 calendly::Timestamp now)
        : session_(session),
          options_(options),
          settings_(upkeep::reconciliation(window, session.connector().reconcile,
                                           session.connector().webhook, now)),
          begun_at_(now),
          progress_(settings_.from, settings_.to),
          lock_(session.services().history_store(), session.services().interruption(),
                redis::history_name::reconcile_lock),
          world_(history_world(session, progress_, [this] { lock_.check(); })),
          walk_(world_, settings_) {}

    boost::asio::awaitable<int> run(bool as_json) {
        co_await take_lock();
        co_await under_lock(lock_, [this] { return reconcile(); });
        progress_.clear();
        const auto& figures = walk_.figures();
        if (as_json) {
            auto object = to_json(figures, progress_.seconds());
            object["missed_by_webhook"] = figures.appended;
            fmt::print("{}\n", boost::json::serialize(object));
        } else {
            fmt::print("{}; {} that no webhook told of\n", to_text(figures, progress_.seconds()),
                       figures.appended);
        }
        co_return figures.failed > 0 ? app::exit_code::failed : app::exit_code::done;
    }

private:
    boost::asio::awaitable<void> take_lock() {
        while (true) {
            // What it has not come to yet it will bring quietly, and a run would bring with events and lists.
            const auto backfill = co_await world_.store.read(redis::history_name::backfill_walk);
            bool is_taken = false;
            if (!backfill) is_taken = co_await lock_.take();
            if (is_taken) co_return;
            progress_.on_notice(fmt::format("{} is at work: waiting for its end",
                                            backfill ? "a back-fill" : "another reconciliation"));
            co_await world_.interruption.sleep(std::chrono::milliseconds(200));
        }
    }

    boost::asio::awaitable<void> reconcile() {
        co_await walk_.run();
        if (options_.back.empty() && options_.ahead.empty()) co_await note_run();
        const auto& appender = walk_.appender();
        if (options_.waits) co_await wait_until_drained(world_, appender.first_id(), appender.last_id());
    }

    // The agent's next run comes so much later.
    boost::asio::awaitable<void> note_run() {
        return world_.store.write(redis::history_name::reconcile_last,
                                  std::to_string(redis::unix_ms(begun_at_).count()));
    }

    Session& session_;
    const ReconcileOptions& options_;
    upkeep::WalkSettings settings_;
    calendly::Timestamp begun_at_;
    HistoryProgress progress_;
    upkeep::LockKeeper lock_;
    upkeep::HistoryWorld world_;
    upkeep::HistoryWalk walk_;
};

namespace {

config::Reconcile window_of(const ReconcileOptions& options, const config::Reconcile& configured) {
    auto window = configured;
    if (!options.back.empty()) window.back = config::parse_duration(options.back);
    if (!options.ahead.empty()) window.ahead = config::parse_duration(options.ahead);
    return window;
}

boost::asio::awaitable<int> run_reconcile(Session& session, const ReconcileOptions& options, bool as_json) {
    const auto now = calendly::present();
    ReconcileRun reconcile(session, options, window_of(options, session.connector().reconcile), now);
    const auto code = co_await reconcile.run(as_json);
    co_return code;
}

std::string duration_mistake(const std::string& text) {
    try {
        config::parse_duration(text);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return {};
}

Run declare_reconcile(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<ReconcileOptions>();
    add_connector_option(line, options->connector);
    line.add_option("--back", options->back,
                    "Meetings that began so long ago at most: 14d, 36h (default: as configured)")
        ->check(CLI::Validator(duration_mistake, "DURATION"));
    line.add_option("--ahead", options->ahead, "Meetings that begin in so long at most: 365d")
        ->check(CLI::Validator(duration_mistake, "DURATION"));
    line.add_flag_callback(
        "--no-wait", [options] { options->waits = false; },
        "Do not wait until agents are done with what was appended");
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return run_reconcile(session, *options, common.as_json); });
    };
}

}  // namespace

const Command reconcile_command{"reconcile", "Find what no webhook told of, and bring it to Brevo", true,
                                declare_reconcile};

}  // namespace cli
