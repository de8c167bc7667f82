#include "web/metrics.hpp"

#include <array>
#include <map>
#include <optional>

#include "operating/verdict.hpp"
#include "rules/brevo_event.hpp"
#include "text/version.hpp"
#include "web/metric_page.hpp"

namespace web {
namespace {

using syncing::ConnectorStatus;

template <typename Key>
double count_of(const std::map<Key, std::uint64_t>& counts, const Key& key) {
    const auto found = counts.find(key);
    return found == counts.end() ? 0 : static_cast<double>(found->second);
}

double seconds_of(std::optional<std::chrono::system_clock::time_point> time) {
    return time ? std::chrono::duration<double>(time->time_since_epoch()).count() : 0;
}

double seconds_of_ms(std::int64_t ms) {
    return static_cast<double>(ms) / 1000;
}

// What a label says: to_string() of it.
constexpr auto text_of = [](const auto& value) { return std::string(to_string(value)); };
constexpr auto api_text = [](api::ApiName api) { return std::string(api::label_of(api)); };

enum class Stream { webhooks, history };
constexpr std::array all_streams = {Stream::webhooks, Stream::history};
constexpr auto stream_text = [](Stream stream) {
    return std::string(stream == Stream::webhooks ? "webhooks" : "history");
};

void add_entries(MetricPage& page) {
    page.counters("calendly_agent_entries_total", "Entries done with", "outcome", syncing::all_entry_outcomes,
                  text_of, [](const auto& c, auto outcome) { return count_of(c.counters.entries, outcome); });
    page.counters(
        "calendly_agent_events_total", "Events sent to Brevo", "event", rules::all_changes,
        [](auto change) { return std::string(rules::event_name(change)); },
        [](const auto& c, auto change) { return count_of(c.counters.events, change); });
    page.counters(
        "calendly_agent_fallbacks_total",
        "Times the agent went on without something it could not get or Brevo refused", "cause",
        rules::all_fallbacks, [](auto fallback) { return std::string(rules::label_of(fallback)); },
        [](const auto& c, auto fallback) {
            double sum = 0;
            for (const auto& [cause, count] : c.counters.fallbacks)
                if (cause.fallback == fallback) sum += static_cast<double>(count);
            return sum;
        });
    page.counter("calendly_agent_contacts_written_total", "Contacts written to Brevo",
                 [](const auto& c) { return static_cast<double>(c.counters.contacts_written); });
    page.counters("calendly_agent_dead_letters_total", "Entries that this agent put to the dead letters",
                  "reason", syncing::all_fault_kinds, text_of,
                  [](const auto& c, auto kind) { return count_of(c.counters.dead_letters, kind); });
    page.gauge("calendly_agent_dead_letter_entries", "Dead letters that wait, whoever put them there",
               [](const auto& c) { return static_cast<double>(c.dead_letters.count); });
    page.histogram("calendly_agent_end_to_end_seconds",
                   "From the delivery's arrival at the edge to its commit, when Brevo has it",
                   [](const auto& c) { return c.counters.end_to_end; });
}

void add_backlog(MetricPage& page) {
    page.gauge("calendly_agent_in_flight", "Entries that this agent holds, those that wait included",
               [](const auto& c) { return static_cast<double>(c.in_flight); });
    page.gauges("calendly_agent_held_entries", "Of these, those of each stream", "stream", all_streams,
                stream_text, [](const auto& c, auto stream) {
                    return static_cast<double>(stream == Stream::history ? c.held_history
                                                                         : c.in_flight - c.held_history);
                });
    page.gauges(
        "calendly_agent_backlog_entries", "Entries that wait in Redis or are worked on, by whatever agent",
        "stream", all_streams, stream_text, [](const auto& c, auto stream) {
            return static_cast<double>(stream == Stream::history ? c.backlog.history : c.backlog.webhooks);
        });
    page.gauges("calendly_agent_oldest_entry_timestamp_seconds",
                "When the oldest of them arrived, Unix seconds; 0: there is none", "stream", all_streams,
                stream_text, [](const auto& c, auto stream) {
                    const auto& oldest =
                        stream == Stream::history ? c.backlog.history_oldest_ms : c.backlog.oldest_ms;
                    return seconds_of_ms(oldest.value_or(0));
                });
    page.counter("calendly_agent_leases_lost_total",
                 "People that others took over while this agent worked on them",
                 [](const auto& c) { return static_cast<double>(c.counters.leases_lost); });
}

double pieces_of(const ConnectorStatus& connector, syncing::TroubleKind kind) {
    double pieces = 0;
    for (const auto& report : connector.troubles)
        if (report.kind == kind) pieces += static_cast<double>(report.pieces);
    return pieces;
}

void add_state(MetricPage& page) {
    using operating::Verdict;
    constexpr std::array verdicts = {Verdict::healthy, Verdict::degraded, Verdict::unhealthy};
    page.gauges("calendly_agent_verdict", "1 for the verdict on the connector", "verdict", verdicts, text_of,
                [](const auto& c, auto verdict) { return operating::verdict_on(c) == verdict ? 1 : 0; });
    page.gauge("calendly_agent_redis_up", "1 while Redis answers",
               [](const auto& c) { return c.redis_up ? 1 : 0; });
    page.gauge("calendly_agent_paused", "1 while an operator's pause holds: nothing new is consumed",
               [](const auto& c) { return c.pause ? 1 : 0; });
    page.gauge("calendly_agent_mapping_ok",
               "0 while mapped attributes or configured lists are missing, or the account could not be read",
               [](const auto& c) { return c.mapping_problem.empty() ? 1 : 0; });
    page.gauge("calendly_agent_account_ok",
               "0 while the Calendly token lacks scopes, or cannot be renewed any more",
               [](const auto& c) { return c.account_problem.empty() ? 1 : 0; });
    page.gauges(
        "calendly_agent_token_expiry_timestamp_seconds",
        "When Calendly's token ends, Unix seconds (of a login it is renewed before); 0: never, or not known",
        "kind", std::array{false, true},
        [](bool is_login) { return std::string(is_login ? "login" : "personal"); },
        [](const auto& c, bool is_login) {
            return c.token.is_login == is_login ? seconds_of(c.token.at) : 0;
        });
    page.gauges("calendly_agent_in_trouble",
                "Pieces of work that are repeated: the machine is in trouble, or a key in Redis is broken",
                "kind", syncing::all_trouble_kinds, text_of, pieces_of);
    page.counters("calendly_agent_troubles_total", "Attempts that met such trouble", "kind",
                  syncing::all_trouble_kinds, text_of,
                  [](const auto& c, auto kind) { return count_of(c.counters.troubles, kind); });
}

// Of one that nobody watches over nothing is known: no state is 1, and the edge is not said to be broken.
void add_subscription(MetricPage& page) {
    page.gauges("calendly_agent_subscription_state", "1 for the state of the webhook subscription", "state",
                rules::all_subscription_states, text_of,
                [](const auto& c, auto state) { return c.watch && c.watch->subscription == state ? 1 : 0; });
    page.gauge("calendly_agent_subscription_checked_timestamp_seconds",
               "When Calendly last told the state, Unix seconds; 0: not since the start",
               [](const auto& c) { return c.watch ? seconds_of_ms(c.watch->checked_ms) : 0; });
    page.counter("calendly_agent_subscription_repairs_total", "Times this agent made the subscription right",
                 [](const auto& c) { return c.watch ? static_cast<double>(c.watch->repairs) : 0; });
    page.gauge("calendly_agent_edge_ok",
               "0 while probes of the public URL reach no agent, or forged ones do; 1 also while nothing is "
               "known",
               [](const auto& c) {
                   const auto edge = c.watch ? c.watch->edge : rules::EdgeState::unknown;
                   return edge == rules::EdgeState::ok || edge == rules::EdgeState::unknown ? 1 : 0;
               });
}

void add_reconciliation(MetricPage& page) {
    page.counter("calendly_agent_missed_by_webhook_total",
                 "Changes that no webhook had told of when a reconciliation did",
                 [](const auto& c) { return static_cast<double>(c.counters.missed_by_webhook); });
    page.counters(
        "calendly_agent_reconcile_runs_total", "Times the agent looked for what no webhook told of", "result",
        std::array{true, false}, [](bool is_done) { return std::string(is_done ? "done" : "failed"); },
        [](const auto& c, bool is_done) {
            return static_cast<double>(is_done ? c.reconcile.runs : c.reconcile.failed_runs);
        });
    page.counter("calendly_agent_reconciliations_total", "As reconcile_runs_total with the result done",
                 [](const auto& c) { return static_cast<double>(c.reconcile.runs); });
    page.counter("calendly_agent_reconciliation_failures_total",
                 "As reconcile_runs_total with the result failed",
                 [](const auto& c) { return static_cast<double>(c.reconcile.failed_runs); });
    page.counter("calendly_agent_reconciled_changes_total", "Changes that these found",
                 [](const auto& c) { return static_cast<double>(c.reconcile.appended); });
    page.gauge("calendly_agent_last_reconciliation_timestamp_seconds",
               "When it last came to its end, Unix seconds; 0: not since the start",
               [](const auto& c) { return seconds_of(c.reconcile.last_run); });
}

void add_apis(MetricPage& page) {
    page.gauges("calendly_agent_parked",
                "1 while the API refuses the credential or the account: nothing new is consumed", "api",
                api::all_apis, api_text,
                [](const auto& c, auto api) { return c.apis.of(api).is_parked() ? 1 : 0; });
    page.gauges("calendly_agent_breaker_open", "1 while an API in trouble is only tried now and then", "api",
                api::all_apis, api_text,
                [](const auto& c, auto api) { return c.apis.of(api).is_resting ? 1 : 0; });
    page.gauges("calendly_agent_budget_used_ratio",
                "Share of the API's rate limit that this agent used within about a minute; 0 without a limit",
                "api", api::all_apis, api_text,
                [](const auto& c, auto api) { return c.budgets[static_cast<std::size_t>(api)]; });
    page.counters("calendly_agent_retries_total", "Calls that had to be repeated", "api", api::all_apis,
                  api_text, "cause", api::all_retry_causes, text_of, [](const auto& c, auto api, auto cause) {
                      return static_cast<double>(c.apis.of(api).retries_for(cause));
                  });
}

std::string status_text(unsigned status) {
    return status == 0 ? "none" : std::to_string(status);
}

// Of all connectors together: there are many operations, and connectors may be many, too.
void add_calls(MetricPage& page, const std::vector<ConnectorStatus>& connectors) {
    api::Traffic traffic;
    for (const auto& connector : connectors)
        if (connector.traffic) traffic.add(*connector.traffic);
    auto& requests = page.family(prometheus::MetricType::Counter, "calendly_agent_api_requests_total",
                                 "Calls of the APIs by the status of their answer; none: there was none");
    for (const auto& facts : api::all_operations)
        for (const auto& [status, count] : traffic.of(facts.operation).statuses)
            requests.add({{"api", api_text(facts.api)},
                          {"operation", std::string(facts.name)},
                          {"status", status_text(status)}},
                         static_cast<double>(count));
    auto& seconds = page.family(prometheus::MetricType::Histogram, "calendly_agent_api_request_seconds",
                                "How long they took, waiting for the rate limit not included");
    for (const auto& facts : api::all_operations)
        seconds.add({{"api", api_text(facts.api)}, {"operation", std::string(facts.name)}},
                    traffic.of(facts.operation).seconds);
}

void add_process(MetricPage& page, const http::ServerCounts& admin) {
    auto& troubles = page.family(prometheus::MetricType::Counter, "calendly_agent_admin_troubles_total",
                                 "What the admin API refused or survived");
    const auto add = [&](std::uint64_t count, const char* cause) {
        troubles.add({{"cause", cause}}, static_cast<double>(count));
    };
    add(admin.exceptions, "exception");
    add(admin.late, "late_request");
    add(admin.malformed, "malformed_request");
    add(admin.not_accepted, "not_accepted");
    add(admin.displaced, "too_many_connections");
    page.family(prometheus::MetricType::Gauge, "calendly_agent_build_info", "1 for the build that runs")
        .add({{"version", text::version()}, {"revision", text::revision()}}, 1);
}

}  // namespace

std::string metrics_text(const std::vector<syncing::ConnectorStatus>& connectors,
                         const http::ServerCounts& admin) {
    MetricPage page(connectors);
    add_entries(page);
    add_backlog(page);
    add_state(page);
    add_subscription(page);
    add_reconciliation(page);
    add_apis(page);
    add_calls(page, connectors);
    add_process(page, admin);
    return page.text();
}

}  // namespace web
