// The metrics that operators may rely on: of the rules, and of a running agent.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace metric_contract {

struct Promised {
    const char* name;
    const char* type;
    std::set<std::string> labels;  // besides the histogram's own
};

// What operators may rely on.
inline const std::vector<Promised>& all() {
    static const std::vector<Promised> promised = {
        {"entries_total", "counter", {"connector", "outcome"}},
        {"events_total", "counter", {"connector", "event"}},
        {"fallbacks_total", "counter", {"connector", "cause"}},
        {"contacts_written_total", "counter", {"connector"}},
        {"dead_letters_total", "counter", {"connector", "reason"}},
        {"dead_letter_entries", "gauge", {"connector"}},
        {"end_to_end_seconds", "histogram", {"connector"}},
        {"in_flight", "gauge", {"connector"}},
        {"held_entries", "gauge", {"connector", "stream"}},
        {"backlog_entries", "gauge", {"connector", "stream"}},
        {"oldest_entry_timestamp_seconds", "gauge", {"connector", "stream"}},
        {"leases_lost_total", "counter", {"connector"}},
        {"verdict", "gauge", {"connector", "verdict"}},
        {"redis_up", "gauge", {"connector"}},
        {"paused", "gauge", {"connector"}},
        {"mapping_ok", "gauge", {"connector"}},
        {"account_ok", "gauge", {"connector"}},
        {"token_expiry_timestamp_seconds", "gauge", {"connector", "kind"}},
        {"in_trouble", "gauge", {"connector", "kind"}},
        {"troubles_total", "counter", {"connector", "kind"}},
        {"subscription_state", "gauge", {"connector", "state"}},
        {"subscription_checked_timestamp_seconds", "gauge", {"connector"}},
        {"subscription_repairs_total", "counter", {"connector"}},
        {"edge_ok", "gauge", {"connector"}},
        {"missed_by_webhook_total", "counter", {"connector"}},
        {"reconcile_runs_total", "counter", {"connector", "result"}},
        {"reconciliations_total", "counter", {"connector"}},
        {"reconciliation_failures_total", "counter", {"connector"}},
        {"reconciled_changes_total", "counter", {"connector"}},
        {"last_reconciliation_timestamp_seconds", "gauge", {"connector"}},
        {"parked", "gauge", {"connector", "api"}},
        {"breaker_open", "gauge", {"connector", "api"}},
        {"budget_used_ratio", "gauge", {"connector", "api"}},
        {"retries_total", "counter", {"connector", "api", "cause"}},
        {"api_requests_total", "counter", {"api", "operation", "status"}},
        {"api_request_seconds", "histogram", {"api", "operation"}},
        {"admin_troubles_total", "counter", {"cause"}},
        {"build_info", "gauge", {"version", "revision"}},
    };
    return promised;
}

}  // namespace metric_contract
