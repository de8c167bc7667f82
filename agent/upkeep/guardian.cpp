#include "upkeep/guardian.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/error.hpp"
#include "redis/error.hpp"

namespace upkeep {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using rules::EdgeState;
using rules::SubscriptionState;

constexpr std::chrono::milliseconds longest_turn = 20s;     // of one without a repair
constexpr std::chrono::milliseconds longest_repair = 120s;  // what is on its way included
constexpr std::chrono::milliseconds longest_rest = 10s;     // before looking whether others still watch

bool is_repairable(SubscriptionState state) {
    return state != SubscriptionState::ok && state != SubscriptionState::retrying;
}

bool do_bookings_stop(SubscriptionState state) {
    return state == SubscriptionState::missing || state == SubscriptionState::disabled;
}

std::string_view meaning(SubscriptionState state) {
    switch (state) {
        case SubscriptionState::missing:
        case SubscriptionState::disabled:
            return "bookings do not arrive";
        case SubscriptionState::wrong_scope:
            return "other bookings arrive than webhook.scope says";
        case SubscriptionState::wrong_events:
            return "not all of webhook.events arrive";
        case SubscriptionState::duplicate:
            return "each booking arrives more than once";
        case SubscriptionState::retrying:
            return "something could not be delivered within the last 24 hours, Calendly tries it again";
        case SubscriptionState::ok:
            break;
    }
    return "";
}

calendly::Timestamp timestamp(Guardian::Time time) {
    return std::chrono::floor<std::chrono::microseconds>(time);
}

EdgeState judged(const ProbeResult& result) {
    if (result.is_well()) return EdgeState::ok;
    const bool is_refused = result.genuine.status == 401;
    const bool is_lost = result.is_accepted() && !result.has_arrived.value_or(true);
    return is_refused || is_lost ? EdgeState::broken : EdgeState::doubtful;
}

}  // namespace

Guardian::Guardian(GuardianSettings settings, Parts parts, net::Interruption& interruption,
                   std::shared_ptr<spdlog::logger> log)
    : settings_(settings),
      parts_(std::move(parts)),
      interruption_(interruption),
      log_(std::move(log)),
      limited_log_(log_) {}

// Others take over soon after it, also when this agent dies.
std::chrono::milliseconds Guardian::lease() const {
    return 3 * std::min(settings_.check_every, longest_rest) + longest_turn;
}

asio::awaitable<void> Guardian::run() {
    const auto pause = std::min(settings_.check_every, longest_rest);
    for (bool goes_on = true; goes_on;) {
        goes_on = co_await try_turn();
        if (goes_on) goes_on = co_await interruption_.try_sleep(pause);
    }
    try {
        if (is_watching_) co_await parts_.store.stop_watching();
    } catch (const redis::Error&) {
        co_return;  // the lease ends by itself
    }
}

asio::awaitable<bool> Guardian::try_turn() {
    try {
        co_await turn();
    } catch (const net::Interrupted&) {
        co_return false;
    } catch (const redis::Error& error) {
        limited_log_.warn("store",
                          fmt::format("the subscription is not watched meanwhile: {}", error.what()));
    } catch (const std::exception& error) {
        limited_log_.error("turn",
                           fmt::format("the subscription is not watched meanwhile: {}", error.what()));
    }
    co_return !interruption_.is_requested();
}

asio::awaitable<void> Guardian::turn() {
    const bool was_watching = is_watching_;
    is_watching_ = co_await parts_.store.watch(lease());
    if (!is_watching_) co_return co_await follow_others();
    if (!was_watching) log_->info("this agent watches over the webhook subscription");
    const auto now = parts_.clock();
    const bool is_check_due = now >= next_check_;
    const bool is_probe_due = now >= next_probe_;
    if (!is_check_due && !is_probe_due) co_return;
    if (is_check_due) {
        next_check_ = now + settings_.check_every;
        co_await check();
    }
    if (is_probe_due) {
        next_probe_ = std::min(next_check_, now + settings_.probe_every);  // later when all is well
        co_await probe();
    }
    co_await finish_rotation();
    co_await parts_.store.report(rules::serialize(report_), settings_.check_every + lease());
}

asio::awaitable<void> Guardian::follow_others() {
    const auto found = co_await parts_.store.last_report();
    auto theirs = found ? rules::parse_watch_report(*found) : rules::WatchReport();
    theirs.repairs = report_.repairs;
    report_ = std::move(theirs);
    next_check_ = next_probe_ = {};
}

// A failure of the API says nothing of the subscription.
asio::awaitable<std::optional<Seen>> Guardian::look() {
    auto seen = co_await parts_.subscriptions.look();
    const auto& wanted = parts_.subscriptions.wanted();
    if (!seen) {
        parts_.note_scopes(seen.error());
        limited_log_.warn("look", fmt::format("the webhook subscription cannot be checked: {}",
                                              explain(seen.error(), wanted)));
        co_return std::nullopt;
    }
    if (!seen->sees_organization && wanted.scope == calendly::Scope::organization) {
        limited_log_.warn("role",
                          "the webhook subscription cannot be checked: webhook.scope: organization needs the "
                          "token of the organization's owner or an admin");
        co_return std::nullopt;
    }
    report_.subscription = seen->verdict.state;
    const auto present = parts_.clock().time_since_epoch();
    report_.checked_ms = std::chrono::duration_cast<std::chrono::milliseconds>(present).count();
    co_return std::move(*seen);
}

void Guardian::say_state(SubscriptionState state) {
    if (state == SubscriptionState::ok) return;
    const auto next = !is_repairable(state) ? ""
                      : settings_.repairs   ? "; webhook.repair makes it right"
                                            : "; calendly-brevo webhooks repair, or webhook.repair: true";
    const auto line =
        fmt::format("the webhook subscription is {}: {}{}", to_string(state), meaning(state), next);
    if (do_bookings_stop(state))
        log_->error(line);
    else
        log_->warn(line);
}

asio::awaitable<void> Guardian::check() {
    auto seen = co_await look();
    if (!seen) co_return;
    const auto state = seen->verdict.state;
    say_state(state);
    if (settings_.repairs && is_repairable(state)) co_await repair(std::move(*seen));
}

asio::awaitable<void> Guardian::repair(Seen seen) {
    const bool may_begin = co_await parts_.store.begin_repair(settings_.repair_pause);
    if (!may_begin) {
        log_->info("the subscription was worked on within the last 10 minutes: it is left alone meanwhile");
        co_return;
    }
    co_await parts_.store.watch(longest_repair);
    const auto state = seen.verdict.state;
    auto plan = rules::plan_repair(seen.verdict, parts_.subscriptions.wanted());
    const bool is_repaired = co_await carry_out(std::move(plan), std::move(seen));
    if (!is_repaired) co_return;
    ++report_.repairs;
    log_->info("the webhook subscription was {} and is repaired; a reconciliation follows", to_string(state));
    co_await parts_.store.want_reconciliation(fmt::format("the subscription was {}", to_string(state)));
    co_await look();
}

// False: nothing was done, or not all of it; the next check looks at what there is then.
asio::awaitable<bool> Guardian::carry_out(rules::SubscriptionPlan plan, Seen seen) {
    std::optional<std::string> key;
    if (plan.make) key = co_await key_for_new_one();
    if (plan.make && !key) {
        co_await parts_.store.forget_repair();
        co_return false;
    }
    // An agent that dies in the middle leaves the wish; one that is fulfilled before the end is renewed then.
    const auto why = fmt::format("the subscription is {}", to_string(seen.verdict.state));
    co_await parts_.store.want_reconciliation(why);
    bool is_begun = false;
    const auto said = [&](const std::string& line) {
        is_begun = true;
        log_->info("repair of the subscription: {}", line);
    };
    auto change = co_await parts_.subscriptions.carry_out(std::move(plan), std::move(seen.user),
                                                          key.value_or(""), said);
    if (change) co_return true;
    parts_.note_scopes(change.error());
    log_->error("the subscription cannot be repaired: {}",
                explain(change.error(), parts_.subscriptions.wanted()));
    if (!is_begun) co_await parts_.store.forget_repair();
    co_return false;
}

// One that nginx is known to accept: of a rotation that is under way the newest may not be loaded yet. An
// edge that cannot be reached from here says nothing, so the only key there is will do.
asio::awaitable<std::optional<std::string>> Guardian::key_for_new_one() {
    auto keys = parts_.signing_keys();
    if (keys.empty()) {
        log_->error("the subscription cannot be repaired: webhook.signing_key_file names no key");
        co_return std::nullopt;
    }
    EdgeAnswer last;
    auto key = co_await parts_.probe.newest_accepted(keys, last);
    if (key) co_return key;
    if (last.status == 0 && keys.size() == 1) co_return keys.front();
    ProbeResult result;
    result.genuine = last;
    log_->error("the subscription cannot be repaired: {}", describe(result));
    co_return std::nullopt;
}

void Guardian::note_edge(EdgeState state, std::string problem) {
    const bool was_well = report_.edge == EdgeState::ok;
    report_.edge = state;
    report_.edge_problem = std::move(problem);
    if (state == EdgeState::ok) next_probe_ = parts_.clock() + settings_.probe_every;
    const auto& url = parts_.subscriptions.wanted().url;
    if (state == EdgeState::ok) {
        if (!was_well) log_->info("a probe of {} reached an agent", url);
    } else if (state == EdgeState::broken) {
        log_->error("{}: {}", url, report_.edge_problem);
    } else if (state == EdgeState::doubtful) {
        log_->warn("{}: {}", url, report_.edge_problem);
    }
}

asio::awaitable<void> Guardian::probe() {
    std::vector<std::string> keys;
    std::string trouble;
    try {
        keys = parts_.signing_keys();
    } catch (const config::Error& error) {
        trouble = error.what();
    }
    if (!trouble.empty()) co_return note_edge(EdgeState::doubtful, std::move(trouble));
    if (!keys.empty()) co_await judge_edge(std::move(keys));
}

asio::awaitable<void> Guardian::judge_edge(std::vector<std::string> keys) {
    ProbeResult result;
    const auto key = co_await parts_.probe.newest_accepted(keys, result.genuine);
    if (!key) co_return note_edge(judged(result), describe(result));
    result = co_await parts_.probe.send(*key, settings_.arrival_patience);
    if (parts_.is_agent_slow()) result.has_arrived.reset();
    if (!result.is_well()) co_return note_edge(judged(result), describe(result));
    bool is_newest = *key == keys.back();
    if (!is_newest && parts_.rotation) is_newest = co_await parts_.rotation->is_under_way();
    if (is_newest) co_return note_edge(EdgeState::ok, "");
    note_edge(EdgeState::doubtful, "nginx does not have the newest key of its file: reload nginx");
}

asio::awaitable<void> Guardian::finish_rotation() {
    if (!parts_.rotation) co_return;
    const auto finished = co_await parts_.rotation->finish(timestamp(parts_.clock()), false);
    if (finished.removed > 0)
        log_->info("removed {} old signing keys: nothing that they signed can come any more",
                   finished.removed);
}

}  // namespace upkeep
