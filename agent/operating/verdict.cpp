#include "operating/verdict.hpp"

#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "text/names.hpp"

namespace operating {
namespace {

using api::ApiName;
using rules::EdgeState;
using rules::SubscriptionState;
using syncing::ConnectorStatus;

constexpr std::array verdict_names = {text::Named{Verdict::healthy, "healthy"},
                                      text::Named{Verdict::degraded, "degraded"},
                                      text::Named{Verdict::unhealthy, "unhealthy"}};
constexpr std::array action_names = {
    text::Named{Action::resume, "resume"}, text::Named{Action::repair, "repair"},
    text::Named{Action::replay, "replay"}, text::Named{Action::reconcile, "reconcile"}};

void add_redis(const ConnectorStatus& connector, Problems& problems) {
    if (connector.redis_up) return;
    const auto& trouble = connector.redis_trouble;
    problems.push_back(
        {.id = "redis.reachable",
         .is_fatal = true,
         .sentence = trouble.empty() ? std::string("Redis has not answered yet.")
                                     : fmt::format("Redis does not answer: {}.", trouble),
         .fix = "Start Redis, or correct redis.url; nothing is lost meanwhile: Calendly delivers again.",
         .command = "calendly-brevo doctor --only redis"});
}

std::string own_command(std::string_view command, const ConnectorStatus& connector) {
    return fmt::format("calendly-brevo {} --connector {}", command, connector.name);
}

// Calendly, or one of Brevo's two.
void add_api(const ConnectorStatus& connector, ApiName api, Problems& problems) {
    const auto& state = connector.apis.of(api);
    if (state.is_parked()) {
        problems.push_back(
            {.id = "agent.parked",
             .is_fatal = true,
             .sentence = fmt::format("{} is parked, it refuses the credential or the account: {}.",
                                     to_string(api), *state.parked),
             .since = state.parked_since,
             .holds_up = true,
             .fix = "Mend the token or the key in the configuration, then reload the agent; it tries again "
                    "every minute by itself.",
             .command = "systemctl reload calendly-brevo"});
    } else if (state.is_resting) {
        problems.push_back({.id = "agent.resting",
                            .is_fatal = true,
                            .sentence = fmt::format("{} is in trouble{}{}.", to_string(api),
                                                    state.trouble.empty() ? "" : ": ", state.trouble),
                            .holds_up = true,
                            .fix = "Wait: one call at a time tries again in growing pauses."});
    }
}

void add_pause(const ConnectorStatus& connector, Problems& problems) {
    if (!connector.pause) return;
    const auto& pause = *connector.pause;
    const auto since = std::chrono::milliseconds(pause.since_ms);
    problems.push_back({.id = "agent.paused",
                        .is_fatal = true,
                        .sentence = fmt::format("Somebody has paused this connector: {}{}{}.", pause.by,
                                                pause.reason.empty() ? "" : ": ", pause.reason),
                        .since = std::chrono::system_clock::time_point(since),
                        .holds_up = true,
                        .fix = "Resume when the work is done.",
                        .action = Action::resume,
                        .command = own_command("resume", connector)});
}

std::string_view meaning_of(SubscriptionState state) {
    switch (state) {
        case SubscriptionState::missing:
            return "There is no webhook subscription at Calendly: no booking arrives.";
        case SubscriptionState::disabled:
            return "Calendly has disabled the webhook subscription: no booking arrives.";
        case SubscriptionState::wrong_scope:
            return "The webhook subscription has another scope than webhook.scope.";
        case SubscriptionState::wrong_events:
            return "The webhook subscription lacks some of webhook.events.";
        case SubscriptionState::duplicate:
            return "There are several webhook subscriptions: each booking arrives more than once.";
        case SubscriptionState::retrying:
            return "Calendly could not deliver something within the last 24 hours, and tries it again.";
        case SubscriptionState::ok:
            break;
    }
    return "";
}

bool stops_bookings(SubscriptionState state) {
    return state == SubscriptionState::missing || state == SubscriptionState::disabled;
}

bool needs_repair(const std::optional<SubscriptionState>& state) {
    return state && *state != SubscriptionState::ok && *state != SubscriptionState::retrying;
}

void add_watch(const ConnectorStatus& connector, Problems& problems) {
    if (!connector.watch) return;
    const auto& watch = *connector.watch;
    if (needs_repair(watch.subscription))
        problems.push_back({.id = "calendly.subscription",
                            .is_fatal = stops_bookings(*watch.subscription),
                            .sentence = std::string(meaning_of(*watch.subscription)),
                            .fix = "Repair it: a right one is made, then the old one is deleted.",
                            .action = Action::repair,
                            .command = own_command("webhooks repair", connector)});
    if (watch.edge == EdgeState::doubtful || watch.edge == EdgeState::broken)
        problems.push_back(
            {.id = "edge.path",
             .is_fatal = watch.edge == EdgeState::broken,
             .sentence = fmt::format("The public URL of the webhooks: {}.", watch.edge_problem),
             .fix = "Look at nginx: its error log, its signing keys, its connection to Redis.",
             .command = "calendly-brevo doctor --only edge"});
}

std::string_view fix_of(syncing::TroubleKind kind) {
    switch (kind) {
        case syncing::TroubleKind::key:
            return "Look at the key in Redis that is named; the work is repeated until it is right.";
        case syncing::TroubleKind::right:
            return "Give the agent's user of Redis the right that is named.";
        case syncing::TroubleKind::machine:
            break;
    }
    return "Look at the machine: memory, descriptors, files; the work is repeated.";
}

void add_troubles(const ConnectorStatus& connector, Problems& problems) {
    for (const auto& report : connector.troubles)
        problems.push_back({.id = fmt::format("agent.trouble_{}", to_string(report.kind)),
                            .is_fatal = report.kind == syncing::TroubleKind::machine,
                            .sentence = fmt::format("Work is repeated: {}.", report.cause),
                            .since = report.since,
                            .fix = std::string(fix_of(report.kind))});
}

void add_warnings(const ConnectorStatus& connector, Problems& problems) {
    if (!connector.mapping_problem.empty())
        problems.push_back(
            {.id = "brevo.attributes",
             .sentence = fmt::format("The Brevo account is not as the mapping wants it: {}.",
                                     connector.mapping_problem),
             .fix = "Make in Brevo what is missing, or change the mapping; contacts are written without it.",
             .command = "calendly-brevo doctor --only brevo"});
    if (!connector.account_problem.empty())
        problems.push_back({.id = "calendly.token",
                            .sentence = fmt::format("The Calendly account: {}.", connector.account_problem),
                            .fix = "Log in again, or give the token what it lacks.",
                            .command = own_command("auth status", connector)});
    if (const auto stuck = connector.apis.stuck(); stuck > 0)
        problems.push_back(
            {.id = "agent.stuck",
             .sentence = fmt::format("{} piece{} of work fail{} again and again while others succeed.", stuck,
                                     stuck == 1 ? "" : "s", stuck == 1 ? "s" : ""),
             .fix = "Look at the agent's log for the calls that are repeated.",
             .command = "journalctl -u calendly-brevo"});
    if (const auto& letters = connector.dead_letters; letters.count > 0)
        problems.push_back({.id = "redis.dead",
                            .sentence = fmt::format("{} deliver{} could not be synced.", letters.count,
                                                    letters.count == 1 ? "y" : "ies"),
                            .since = letters.since,
                            .fix = "Look at the reasons, mend them, and replay.",
                            .action = Action::replay,
                            .command = own_command("dead list", connector)});
}

Dependency redis_of(const ConnectorStatus& connector) {
    if (connector.redis_up) return {"redis", "up", true, ""};
    const auto& trouble = connector.redis_trouble;
    return {"redis", "down", false, trouble.empty() ? "Redis has not answered yet." : trouble};
}

// The worse of several.
Dependency api_of(std::string_view name, const ConnectorStatus& connector, std::vector<ApiName> apis) {
    Dependency dependency{name, "ok", true, ""};
    for (const auto api : apis) {
        const auto& state = connector.apis.of(api);
        if (state.is_parked()) return {name, "parked", false, *state.parked};
        if (state.is_resting)
            dependency = {
                name, "resting", false,
                state.trouble.empty() ? fmt::format("{} is in trouble.", to_string(api)) : state.trouble};
    }
    return dependency;
}

Dependency subscription_of(const ConnectorStatus& connector) {
    if (!connector.watch) return {"subscription", "unwatched", true, ""};
    const auto& state = connector.watch->subscription;
    const bool is_ok = !state || !stops_bookings(*state);
    return {"subscription", std::string(subscription_text(*connector.watch)), is_ok,
            state ? std::string(meaning_of(*state)) : ""};
}

Dependency edge_of(const ConnectorStatus& connector) {
    if (!connector.watch || connector.watch->edge == EdgeState::unknown) return {"edge", "unknown", true, ""};
    if (connector.watch->edge == EdgeState::ok) return {"edge", "ok", true, ""};
    return {"edge", "wrong", connector.watch->edge != EdgeState::broken, connector.watch->edge_problem};
}

// Without its full stop.
std::string_view without_stop(std::string_view sentence) {
    while (sentence.ends_with('.')) sentence.remove_suffix(1);
    return sentence;
}

}  // namespace

std::string_view to_string(Verdict verdict) noexcept {
    return text::name_of(verdict, verdict_names);
}

std::string_view to_string(Action action) noexcept {
    return text::name_of(action, action_names);
}

Problems problems_of(const ConnectorStatus& connector) {
    Problems problems;
    add_redis(connector, problems);
    for (const auto api : {ApiName::calendly, ApiName::brevo_contacts, ApiName::brevo_events})
        add_api(connector, api, problems);
    add_watch(connector, problems);
    add_pause(connector, problems);
    add_troubles(connector, problems);
    add_warnings(connector, problems);
    std::ranges::stable_sort(problems, std::ranges::greater(), &Problem::is_fatal);
    return problems;
}

Verdict verdict_on(const Problems& problems) noexcept {
    if (problems.empty()) return Verdict::healthy;
    return std::ranges::any_of(problems, &Problem::is_fatal) ? Verdict::unhealthy : Verdict::degraded;
}

Verdict verdict_on(const ConnectorStatus& connector) {
    return verdict_on(problems_of(connector));
}

bool is_ready(const ConnectorStatus& connector) {
    return verdict_on(connector) != Verdict::unhealthy;
}

std::vector<Dependency> dependencies_of(const ConnectorStatus& connector) {
    return {redis_of(connector), api_of("calendly", connector, {ApiName::calendly}),
            api_of("brevo", connector, {ApiName::brevo_contacts, ApiName::brevo_events}),
            subscription_of(connector), edge_of(connector)};
}

std::string sentence_on(const Problems& problems, std::optional<std::chrono::system_clock::time_point> since,
                        std::optional<std::uint64_t> waits) {
    if (problems.empty()) return "All is well: bookings arrive and reach Brevo.";
    const auto& worst = problems.front();
    std::string text(without_stop(worst.sentence));
    if (since)
        text +=
            fmt::format(", since {:%Y-%m-%d %H:%M} UTC", std::chrono::floor<std::chrono::minutes>(*since));
    if (worst.holds_up && waits && *waits > 0)
        text += fmt::format("; {} booking{} wait{}", *waits, *waits == 1 ? "" : "s", *waits == 1 ? "s" : "");
    text += ". " + worst.fix;
    if (const auto more = problems.size() - 1; more > 0)
        text += fmt::format(" And {} more problem{}.", more, more == 1 ? "" : "s");
    return text;
}

}  // namespace operating
