#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "app/exit_code.hpp"
#include "cli/backfill_cursor.hpp"
#include "cli/choose.hpp"
#include "cli/commands.hpp"
#include "cli/history_command.hpp"
#include "cli/looking.hpp"
#include "cli/moments.hpp"
#include "upkeep/reconciliation.hpp"

namespace cli {

// An interruption costs the calls of so long at most.
constexpr std::chrono::seconds longest_repeated{30};

struct BackfillOptions {
    std::string connector;
    Span span;
    std::string status;
    std::string event_type;
    bool with_events = false;
    bool with_lists = false;
    bool is_dry = false;
    bool restarts = false;
    bool waits = true;

    // Those that say what a back-fill does, as they were typed.
    std::string text() const {
        auto all = fmt::format("--from {} --to {}", span.from, span.to);
        if (!status.empty()) all += " --status " + status;
        if (!event_type.empty()) all += fmt::format(" --event-type '{}'", event_type);
        if (with_events) all += " --events";
        if (with_lists) all += " --lists";
        return all;
    }
};

// One run of the command.
class Backfill {
public:
    Backfill(Session& session, const BackfillOptions& options)
        : session_(session),
          options_(options),
          progress_(parse_moment(options.span.from, false), parse_moment(options.span.to, true)),
          lock_(session.services().history_store(), session.services().interruption(),
                redis::history_name::backfill_lock),
          walk_lock_(session.services().history_store(), session.services().interruption(),
                     redis::history_name::backfill_walk),
          world_(history_world(session, progress_, [this] { lock_.check(); })) {}

    boost::asio::awaitable<int> run(bool as_json) {
        settings_ = settings();
        if (!options_.event_type.empty()) {
            Looking looking(session_);
            settings_.event_types = co_await looking.event_types_named(options_.event_type);
        }
        if (options_.is_dry) {
            co_await walk();
        } else {
            const bool is_taken = co_await lock_.take();
            if (!is_taken)
                throw CommandError(fmt::format(
                    "another back-fill of connector '{}' is at work: wait for its end, or stop it and try "
                    "again 30 s later",
                    session_.connector().name));
            co_await under_lock(lock_, [this] { return fill(); });
        }
        progress_.clear();
        const auto seconds = cursor_.seconds + progress_.seconds();
        if (as_json) {
            fmt::print("{}\n", boost::json::serialize(to_json(cursor_.figures, seconds)));
        } else {
            fmt::print("{}\n", to_text(cursor_.figures, seconds));
        }
        co_return cursor_.figures.failed > 0 ? app::exit_code::failed : app::exit_code::done;
    }

private:
    upkeep::WalkSettings settings() {
        upkeep::WalkSettings settings;
        settings.from = parse_moment(options_.span.from, false);
        settings.to = parse_moment(options_.span.to, true);
        settings.status = options_.status;
        settings.is_of_one_user = upkeep::is_of_one_user(session_.connector().webhook);
        settings.longest_collecting = longest_repeated;
        settings.origin = {std::string(shared::entry_origin::backfill), options_.with_events,
                           options_.with_lists};
        settings.is_dry = options_.is_dry;
        settings.on_appended = [this] { return save_appended(); };
        settings.on_settled = [this](const upkeep::WalkPosition& position) { return save(position); };
        return settings;
    }

    boost::asio::awaitable<void> fill() {
        co_await resume();
        co_await find_appended();
        co_await walk_lock_.take();  // nobody else has it: see lock_
        co_await under_lock(walk_lock_, [this] { return walk(); });
        if (options_.waits) co_await wait_until_drained(world_, cursor_.first_id, cursor_.last_id);
        co_await upkeep::through_outages(
            world_, [this] { return world_.store.erase(redis::history_name::backfill_cursor); });
    }

    boost::asio::awaitable<void> resume() {
        const auto stored = co_await world_.store.read(redis::history_name::backfill_cursor);
        auto cursor = stored ? parse_backfill_cursor(*stored) : std::nullopt;
        const bool is_another = cursor && cursor->options != options_.text();
        if (is_another && !options_.restarts)
            world_.watcher.on_notice(
                fmt::format("an interrupted back-fill had other options ({}): it is given up, this one "
                            "begins anew",
                            cursor->options));
        if (!cursor || is_another || options_.restarts)
            co_return co_await world_.store.erase(redis::history_name::backfill_cursor);
        cursor_ = std::move(*cursor);
        settings_.resume = cursor_.position;
        settings_.begun_with = cursor_.figures;
        world_.watcher.on_notice(fmt::format("going on at {} where it was interrupted; --restart begins anew",
                                             calendly::to_string(cursor_.position.at)));
    }

    // By one that was interrupted before it could note that: it is waited for as well.
    boost::asio::awaitable<void> find_appended() {
        const auto waiting = co_await upkeep::through_outages(world_, [this] {
            return world_.store.entries_after(redis::WaitingIn::history, "0-0",
                                              upkeep::HistoryAppender::most_waiting);
        });
        for (const auto& entry : waiting) {
            if (entry.origin != settings_.origin.name) continue;
            if (cursor_.first_id.empty()) cursor_.first_id = entry.id;
            cursor_.last_id = entry.id;
        }
    }

    boost::asio::awaitable<void> walk() {
        cursor_.position = settings_.resume.value_or(upkeep::WalkPosition{settings_.from, {}});
        cursor_.options = options_.text();
        walk_.emplace(world_, settings_);
        co_await walk_->run();
        note();
    }

    void note() {
        cursor_.figures = walk_->figures();
        note_appended();
    }

    void note_appended() {
        cursor_.figures.appended = walk_->figures().appended;
        const auto& appender = walk_->appender();
        if (cursor_.first_id.empty()) cursor_.first_id = appender.first_id();
        if (!appender.last_id().empty()) cursor_.last_id = appender.last_id();
    }

    boost::asio::awaitable<void> save(const upkeep::WalkPosition& position) {
        note();
        cursor_.position = position;
        return write_cursor();
    }

    // The stretch is read again after an interruption, and what it appended is known then.
    boost::asio::awaitable<void> save_appended() {
        note_appended();
        return write_cursor();
    }

    boost::asio::awaitable<void> write_cursor() {
        auto cursor = cursor_;
        cursor.seconds += progress_.seconds();
        return world_.store.write(redis::history_name::backfill_cursor, to_text(cursor));
    }

    Session& session_;
    const BackfillOptions& options_;
    HistoryProgress progress_;
    upkeep::LockKeeper lock_;
    upkeep::LockKeeper walk_lock_;
    upkeep::HistoryWorld world_;
    upkeep::WalkSettings settings_;
    std::optional<upkeep::HistoryWalk> walk_;
    BackfillCursor cursor_;
};

namespace {

boost::asio::awaitable<int> run_backfill(Session& session, const BackfillOptions& options, bool as_json) {
    Backfill backfill(session, options);
    const auto code = co_await backfill.run(as_json);
    co_return code;
}

Run declare_backfill(CLI::App& line, const CommonOptions& common) {
    auto options = std::make_shared<BackfillOptions>();
    add_connector_option(line, options->connector);
    add_span_options(line, options->span, true);
    line.add_option("--status", options->status, "Only meetings that are active or canceled")
        ->check(CLI::IsMember({"active", "canceled"}));
    line.add_option("--event-type", options->event_type,
                    "Only this event type: its URI, its name, or the name of a mapping");
    line.add_flag("--events", options->with_events, "Send events, too: automations start for old bookings");
    line.add_flag("--lists", options->with_lists,
                  "Join lists, too: automations that wait for a list start for old bookings");
    line.add_flag("--dry-run", options->is_dry, "Print each difference, masked, and write nothing");
    line.add_flag("--restart", options->restarts, "Begin anew where an interrupted one would go on");
    line.add_flag_callback(
        "--no-wait", [options] { options->waits = false; },
        "Do not wait until agents are done with what was appended");
    return [&common, options] {
        Session session(common, options->connector);
        return session.run([&] { return run_backfill(session, *options, common.as_json); });
    };
}

}  // namespace

const Command backfill_command{
    "backfill",
    "Bring bookings from before the installation to Brevo, quietly; goes on after an interruption", true,
    declare_backfill};

}  // namespace cli
