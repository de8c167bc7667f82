#include "upkeep/reconciler.hpp"

#include "calendly/present.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "net/limited_log.hpp"
#include "redis/unix_ms.hpp"
#include "shared/back_off.hpp"
#include "upkeep/history_walk.hpp"
#include "upkeep/history_world.hpp"
#include "upkeep/lock_keeper.hpp"
#include "upkeep/outage_watch.hpp"
#include "upkeep/reconciliation.hpp"

namespace upkeep {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
namespace name = redis::history_name;

constexpr milliseconds longest_pause = 5s;
constexpr milliseconds shortest_pause = 100ms;
constexpr auto after_failure = 60s;
constexpr unsigned most_attempts = 8;
constexpr shared::BackOff back_off{1s, 60s};

// What is no time was never.
milliseconds parse_ms(const std::string& text) {
    milliseconds::rep value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return milliseconds(value);
}

}  // namespace

struct Reconciler::Parts final : HistoryWatcher {
    Parts(const config::Reconcile& settings, const config::Webhook& webhook, ReconcilerWorld world,
          std::shared_ptr<spdlog::logger> log);

    boost::asio::awaitable<void> run();
    const syncing::ReconcileCounts& counts() const noexcept { return counts_; }

private:
    using Clock = std::chrono::steady_clock;

    void on_progress(const HistoryFigures&, Timestamp) override {}
    void on_notice(const std::string& line) override;
    void on_missing_scopes(const api::ApiFailure& failure) override { world_.note_scopes(failure); }
    void on_difference(const rules::MissedChange&, const std::string&) override {}

    std::chrono::milliseconds pause() const;
    boost::asio::awaitable<void> look();
    void note_outages();
    boost::asio::awaitable<std::string> why_due();
    bool may_be_due() const;
    bool is_due(std::chrono::milliseconds last, std::chrono::milliseconds present) const;
    boost::asio::awaitable<void> reconcile(std::string why);
    boost::asio::awaitable<bool> walk(std::function<void()> check);
    boost::asio::awaitable<void> wait_after(api::ApiFailure failure, unsigned attempts);

    config::Reconcile settings_;
    config::Webhook webhook_;
    ReconcilerWorld world_;
    std::shared_ptr<spdlog::logger> log_;
    net::LimitedLog limited_log_;
    OutageWatch redis_outage_, calendly_outage_;
    std::optional<std::string> wish_;  // for a run, as it was read last
    // Unix time: an outage ended then, and nobody has looked since for what it cost.
    std::optional<std::chrono::milliseconds> outage_ended_;
    Clock::time_point not_before_;  // after a run that failed
    // Unix time: others may have run since, which is asked for when a run seems due.
    std::optional<std::chrono::milliseconds> last_run_;
    syncing::ReconcileCounts counts_;
};

Reconciler::Parts::Parts(const config::Reconcile& settings, const config::Webhook& webhook,
                         ReconcilerWorld world, std::shared_ptr<spdlog::logger> log)
    : settings_(settings),
      webhook_(webhook),
      world_(std::move(world)),
      log_(std::move(log)),
      limited_log_(log_) {}

void Reconciler::Parts::on_notice(const std::string& line) {
    limited_log_.warn(line, "reconciliation: " + line);
}

milliseconds Reconciler::Parts::pause() const {
    return std::clamp(settings_.every.value_or(longest_pause) / 4, shortest_pause, longest_pause);
}

asio::awaitable<void> Reconciler::Parts::run() {
    try {
        while (true) {
            co_await world_.interruption.sleep(pause());
            co_await look();
        }
    } catch (const net::Interrupted&) {
        co_return;
    }
}

// Redis away is nothing to say here: the flow says so.
asio::awaitable<void> Reconciler::Parts::look() {
    note_outages();
    try {
        if (Clock::now() >= not_before_ && may_be_due()) {
            auto why = co_await why_due();
            if (!why.empty()) co_await reconcile(std::move(why));
        }
    } catch (const redis::Error& error) {
        if (error.is_refusal()) {
            on_notice(error.what());
            not_before_ = Clock::now() + after_failure;
        }
        if (world_.interruption.is_requested()) throw net::Interrupted();
    }
}

void Reconciler::Parts::note_outages() {
    const auto now = Clock::now();
    const bool was_calendly = calendly_outage_.note(world_.is_calendly_well(), now);
    const bool was_redis = redis_outage_.note(world_.is_redis_well(), now);
    if (was_calendly || was_redis) outage_ended_ = redis::unix_ms(calendly::present());
}

// Whether Redis is to be asked at all: a thousand connectors that ask every few seconds cost.
bool Reconciler::Parts::may_be_due() const {
    if (world_.is_wanted()) return true;
    return settings_.every &&
           (outage_ended_ || !last_run_ || is_due(*last_run_, redis::unix_ms(calendly::present())));
}

// "" when no run is due. An agent that was down finds that the last run was long ago. What a back-fill at
// work has not come to yet it will bring quietly: a run would bring it with events and lists.
asio::awaitable<std::string> Reconciler::Parts::why_due() {
    const auto backfill = co_await world_.store.read(name::backfill_walk);
    if (backfill) co_return "";
    wish_ = co_await world_.store.read(name::reconcile_wanted);
    if (wish_) co_return "somebody wants it";
    if (!settings_.every) co_return "";
    const auto last = co_await world_.store.read(name::reconcile_last);
    const auto present = redis::unix_ms(calendly::present());
    if (last) last_run_ = parse_ms(*last);
    if (outage_ended_ && last_run_ > outage_ended_) outage_ended_.reset();  // another agent has looked
    if (outage_ended_) co_return "after an outage";
    if (!last) {  // the first agent ever: what was booked before it is for a back-fill
        co_await world_.store.write(name::reconcile_last, std::to_string(present.count()));
        co_return "";
    }
    if (!is_due(*last_run_, present)) co_return "";
    co_return "it is time";
}

// A run that lies ahead was noted by a clock that was wrong.
bool Reconciler::Parts::is_due(milliseconds last, milliseconds present) const {
    const auto age = present - last;
    return age >= *settings_.every || age < -longest_pause;
}

asio::awaitable<void> Reconciler::Parts::reconcile(std::string why) {
    LockKeeper lock(world_.store, world_.interruption, name::reconcile_lock);
    const bool is_taken = co_await lock.take();
    if (!is_taken) co_return;
    std::exception_ptr failure;
    try {
        why = co_await why_due();  // another agent may have been faster
        if (!why.empty()) {
            log_->debug("reconciliation: {}", why);
            const auto wish = wish_;
            const auto outage = outage_ended_;
            const auto begun = std::to_string(redis::unix_ms(calendly::present()).count());
            const bool is_done = co_await walk([&lock] { lock.check(); });
            if (is_done && outage_ended_ == outage) outage_ended_.reset();
            if (is_done) co_await world_.store.write(name::reconcile_last, begun);
            // Whoever wants another one meanwhile gets it, and one that failed is still wanted.
            if (is_done && wish) co_await world_.store.erase_this(name::reconcile_wanted, *wish);
        }
    } catch (const std::exception&) {
        failure = std::current_exception();
    }
    co_await lock.give_back();
    if (failure) std::rethrow_exception(failure);
}

// False when it failed; that is said, and it is tried again soon.
asio::awaitable<bool> Reconciler::Parts::walk(std::function<void()> check) {
    HistoryWorld world{world_.account,
                       world_.listing,
                       world_.people,
                       world_.store,
                       world_.interruption,
                       *this,
                       [this](api::ApiFailure failure, unsigned attempts) {
                           return wait_after(std::move(failure), attempts);
                       },
                       std::move(check),
                       calendly::present,
                       world_.yield_to_webhooks};
    HistoryWalk walk(world, reconciliation(settings_, settings_, webhook_, calendly::present()));
    const auto begin = Clock::now();
    std::string failure;
    try {
        co_await walk.run();
    } catch (const HistoryError& error) {
        failure = error.what();
    }
    const auto& figures = walk.figures();
    counts_.appended += figures.appended;
    const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    if (failure.empty()) {
        ++counts_.runs;
        counts_.last_run = std::chrono::system_clock::now();
        log_->info(
            "reconciled: {} meetings, {} invitees read, {} changes that no webhook told of, {} failed, "
            "in {:.1f} s",
            figures.events, figures.invitees, figures.appended, figures.failed, seconds);
    } else {
        ++counts_.failed_runs;
        not_before_ = Clock::now() + after_failure;
        outage_ended_ = redis::unix_ms(calendly::present());
        log_->error("reconciliation: {}; trying again in {} s", failure, after_failure.count());
    }
    co_return failure.empty();
}

asio::awaitable<void> Reconciler::Parts::wait_after(api::ApiFailure failure, unsigned attempts) {
    const bool may_pass = failure.remedy == api::Remedy::retry || failure.remedy == api::Remedy::conflict;
    if (!may_pass || attempts >= most_attempts) throw HistoryError(api::describe(failure));
    co_await world_.interruption.sleep(std::max(failure.wait, back_off.after(attempts, 1.0)));
}

Reconciler::Reconciler(const config::Reconcile& settings, const config::Webhook& webhook,
                       ReconcilerWorld world, std::shared_ptr<spdlog::logger> log)
    : parts_(std::make_unique<Parts>(settings, webhook, std::move(world), std::move(log))) {}

Reconciler::~Reconciler() = default;

asio::awaitable<void> Reconciler::run() {
    return parts_->run();
}

const syncing::ReconcileCounts& Reconciler::counts() const noexcept {
    return parts_->counts();
}

}  // namespace upkeep
