#include "web/metrics.hpp"

#include <functional>
#include <map>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "rules/brevo_event.hpp"

namespace web {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric sample(MetricType type, double value, std::vector<ClientMetric::Label> labels) {
    ClientMetric metric;
    metric.label = std::move(labels);
    if (type == MetricType::Counter) metric.counter.value = value;
    if (type == MetricType::Gauge) metric.gauge.value = value;
    return metric;
}

using Connectors = std::vector<syncing::ConnectorStatus>;
using syncing::Counters;

template <typename Key>
using Counts = std::map<Key, std::uint64_t>;

MetricFamily family(const Connectors& connectors, MetricType type, std::string name, std::string help,
                    const std::function<double(const syncing::ConnectorStatus&)>& value) {
    MetricFamily result{std::move(name), std::move(help), type, {}};
    for (const auto& connector : connectors)
        result.metric.push_back(sample(type, value(connector), {{"connector", connector.name}}));
    return result;
}

// In the order of the texts, so that a scrape reads like the one before.
template <typename Key, typename ToText>
Counts<std::string> by_text(const Counts<Key>& counts, ToText to_text) {
    Counts<std::string> result;
    for (const auto& [key, count] : counts) result[std::string(to_text(key))] += count;
    return result;
}

// One sample for each that was counted so far; its text is the value of the second label.
template <typename Key, typename ToText>
MetricFamily labelled(const Connectors& connectors, std::string name, std::string help, std::string label,
                      Counts<Key> Counters::*counts, ToText to_text) {
    MetricFamily result{std::move(name), std::move(help), MetricType::Counter, {}};
    for (const auto& connector : connectors)
        for (const auto& [text, count] : by_text(connector.counters.*counts, to_text))
            result.metric.push_back(sample(MetricType::Counter, static_cast<double>(count),
                                           {{"connector", connector.name}, {label, text}}));
    return result;
}

MetricFamily verdicts(const Connectors& connectors) {
    using operating::Verdict;
    MetricFamily result{
        "calendly_agent_verdict", "1 for the verdict on the connector", MetricType::Gauge, {}};
    for (const auto& connector : connectors) {
        const auto verdict = operating::verdict_on(connector);
        for (const auto one : {Verdict::healthy, Verdict::degraded, Verdict::unhealthy})
            result.metric.push_back(
                sample(MetricType::Gauge, one == verdict ? 1 : 0,
                       {{"connector", connector.name}, {"verdict", std::string(to_string(one))}}));
    }
    return result;
}

// 1 while an API in trouble is only tried now and then.
MetricFamily breakers(const Connectors& connectors) {
    MetricFamily result{"calendly_agent_breaker_open",
                        "1 while an API in trouble is only tried now and then",
                        MetricType::Gauge,
                        {}};
    for (const auto& connector : connectors)
        for (const auto api : api::all_apis)
            result.metric.push_back(
                sample(MetricType::Gauge, connector.apis.of(api).is_resting ? 1 : 0,
                       {{"connector", connector.name}, {"api", std::string(to_string(api))}}));
    return result;
}

// What the admin API refused or survived.
MetricFamily admin_troubles(const http::ServerCounts& counts) {
    MetricFamily result{"calendly_agent_admin_troubles_total",
                        "What the admin API refused or survived",
                        MetricType::Counter,
                        {}};
    const auto add = [&](std::uint64_t count, const char* cause) {
        result.metric.push_back(sample(MetricType::Counter, static_cast<double>(count), {{"cause", cause}}));
    };
    add(counts.exceptions, "exception");
    add(counts.late, "late_request");
    add(counts.malformed, "malformed_request");
    add(counts.not_accepted, "not_accepted");
    add(counts.displaced, "too_many_connections");
    return result;
}

using syncing::TroubleKind;

// For each kind, whether or not there is any.
MetricFamily by_kind(const Connectors& connectors, MetricType type, std::string name, std::string help,
                     const std::function<double(const syncing::ConnectorStatus&, TroubleKind)>& value) {
    MetricFamily result{std::move(name), std::move(help), type, {}};
    for (const auto& connector : connectors)
        for (const auto kind : syncing::all_trouble_kinds)
            result.metric.push_back(
                sample(type, value(connector, kind),
                       {{"connector", connector.name}, {"kind", std::string(to_string(kind))}}));
    return result;
}

double pieces_of(const syncing::ConnectorStatus& connector, TroubleKind kind) {
    double pieces = 0;
    for (const auto& report : connector.troubles)
        if (report.kind == kind) pieces += static_cast<double>(report.pieces);
    return pieces;
}

double troubles_of(const syncing::ConnectorStatus& connector, TroubleKind kind) {
    const auto& counts = connector.counters.troubles;
    const auto found = counts.find(kind);
    return found == counts.end() ? 0 : static_cast<double>(found->second);
}

// For each state, whether it is the subscription's. All are 0 while nothing is known.
MetricFamily subscription_states(const Connectors& connectors) {
    MetricFamily result{"calendly_agent_subscription_state",
                        "1 for the state of the webhook subscription",
                        MetricType::Gauge,
                        {}};
    for (const auto& connector : connectors) {
        if (!connector.watch) continue;
        for (const auto state : rules::all_subscription_states)
            result.metric.push_back(
                sample(MetricType::Gauge, connector.watch->subscription == state ? 1 : 0,
                       {{"connector", connector.name}, {"state", std::string(to_string(state))}}));
    }
    return result;
}

// Of those that are watched over and were tried.
MetricFamily edges(const Connectors& connectors) {
    MetricFamily result{"calendly_agent_edge_ok",
                        "1 while probes of the public URL reach an agent, forged ones not",
                        MetricType::Gauge,
                        {}};
    for (const auto& connector : connectors)
        if (connector.watch && connector.watch->edge != rules::EdgeState::unknown)
            result.metric.push_back(sample(MetricType::Gauge,
                                           connector.watch->edge == rules::EdgeState::ok ? 1 : 0,
                                           {{"connector", connector.name}}));
    return result;
}

MetricFamily repairs(const Connectors& connectors) {
    MetricFamily result{"calendly_agent_subscription_repairs_total",
                        "Times this agent made the subscription right",
                        MetricType::Counter,
                        {}};
    for (const auto& connector : connectors)
        if (connector.watch)
            result.metric.push_back(sample(MetricType::Counter, static_cast<double>(connector.watch->repairs),
                                           {{"connector", connector.name}}));
    return result;
}

double last_reconciliation(const syncing::ConnectorStatus& connector) {
    const auto& last = connector.reconcile.last_run;
    return last ? std::chrono::duration<double>(last->time_since_epoch()).count() : 0;
}

}  // namespace

std::string metrics_text(const std::vector<syncing::ConnectorStatus>& connectors,
                         const http::ServerCounts& admin) {
    const auto to_text = [](const auto& counted) { return to_string(counted); };
    const std::vector<MetricFamily> families = {
        labelled(connectors, "calendly_agent_entries_total", "Entries done with", "outcome",
                 &Counters::entries, to_text),
        labelled(connectors, "calendly_agent_events_total", "Events sent to Brevo", "event",
                 &Counters::events, rules::event_name),
        labelled(connectors, "calendly_agent_fallbacks_total",
                 "Times the agent went on without something it could not get or Brevo refused", "cause",
                 &Counters::fallbacks, to_text),
        family(connectors, MetricType::Counter, "calendly_agent_contacts_written_total",
               "Contacts written to Brevo",
               [](const auto& c) { return static_cast<double>(c.counters.contacts_written); }),
        family(connectors, MetricType::Counter, "calendly_agent_missed_by_webhook_total",
               "Changes that no webhook had told of when a reconciliation did",
               [](const auto& c) { return static_cast<double>(c.counters.missed_by_webhook); }),
        family(connectors, MetricType::Counter, "calendly_agent_retries_total",
               "Calls that had to be repeated",
               [](const auto& c) { return static_cast<double>(c.apis.retries()); }),
        family(connectors, MetricType::Gauge, "calendly_agent_in_flight",
               "Entries that this agent holds, those that wait included",
               [](const auto& c) { return static_cast<double>(c.in_flight); }),
        family(connectors, MetricType::Gauge, "calendly_agent_redis_up", "1 while Redis answers",
               [](const auto& c) { return c.redis_up ? 1.0 : 0.0; }),
        family(connectors, MetricType::Gauge, "calendly_agent_parked", "1 while nothing new is consumed",
               [](const auto& c) { return c.apis.is_any_parked() ? 1.0 : 0.0; }),
        verdicts(connectors),
        breakers(connectors),
        family(connectors, MetricType::Gauge, "calendly_agent_mapping_ok",
               "0 while mapped attributes or configured lists are missing, or the account could not be read",
               [](const auto& c) { return c.mapping_problem.empty() ? 1.0 : 0.0; }),
        family(connectors, MetricType::Gauge, "calendly_agent_account_ok",
               "0 while the Calendly token lacks scopes, or cannot be renewed any more",
               [](const auto& c) { return c.account_problem.empty() ? 1.0 : 0.0; }),
        family(connectors, MetricType::Gauge, "calendly_agent_dead_letter_entries", "Dead letters that wait",
               [](const auto& c) { return static_cast<double>(c.dead_letters.count); }),
        by_kind(connectors, MetricType::Gauge, "calendly_agent_in_trouble",
                "Pieces of work that are repeated: the machine is in trouble, or a key in Redis is broken",
                pieces_of),
        by_kind(connectors, MetricType::Counter, "calendly_agent_troubles_total",
                "Attempts that met such trouble", troubles_of),
        subscription_states(connectors),
        edges(connectors),
        repairs(connectors),
        family(connectors, MetricType::Counter, "calendly_agent_reconciliations_total",
               "Times the agent looked for what no webhook told of",
               [](const auto& c) { return static_cast<double>(c.reconcile.runs); }),
        family(connectors, MetricType::Counter, "calendly_agent_reconciliation_failures_total",
               "Times it could not",
               [](const auto& c) { return static_cast<double>(c.reconcile.failed_runs); }),
        family(connectors, MetricType::Counter, "calendly_agent_reconciled_changes_total",
               "Changes that it found",
               [](const auto& c) { return static_cast<double>(c.reconcile.appended); }),
        family(connectors, MetricType::Gauge, "calendly_agent_last_reconciliation_timestamp_seconds",
               "When it last came to its end, Unix seconds; 0: not since the start", last_reconciliation),
        admin_troubles(admin),
    };
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace web
