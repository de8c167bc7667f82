// One connector as it is now, for health and metrics.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/api_state.hpp"
#include "api/traffic.hpp"
#include "redis/backlog.hpp"
#include "redis/pause_switch.hpp"
#include "rules/watch_report.hpp"
#include "sync/buried.hpp"
#include "sync/counters.hpp"

namespace syncing {

// The pieces of work that meet one trouble at present.
struct TroubleReport {
    TroubleKind kind = TroubleKind::machine;
    std::string cause;
    std::size_t pieces = 0;
    std::chrono::system_clock::time_point since;
};

// What the agent did to find what no webhook told of.
struct ReconcileCounts {
    std::uint64_t runs = 0;         // that came to their end
    std::uint64_t failed_runs = 0;  // that did not
    std::uint64_t appended = 0;     // changes that were found
    std::optional<std::chrono::system_clock::time_point> last_run;
};

// When the credential of Calendly ends.
struct TokenEnd {
    bool is_login = false;                                    // of OAuth, which is renewed before
    std::optional<std::chrono::system_clock::time_point> at;  // nothing: never, or nobody knows
};

struct ConnectorStatus {
    std::string name;
    Counters counters;
    api::ApiStates apis;
    bool redis_up = false;
    std::string mapping_problem;  // attributes and lists that the Brevo account lacks; "": none
    std::size_t in_flight = 0;    // entries held
    Buried dead_letters;
    std::vector<TroubleReport> troubles;  // of the machine, with keys and rights; the longest first
    // What the Calendly account lacks for what is configured, or how long its login still serves; "":
    // nothing.
    std::string account_problem{};
    std::optional<rules::WatchReport> watch{};  // of the subscription; nothing: nobody watches it
    ReconcileCounts reconcile = {};
    std::optional<redis::Pause> pause{};                 // nothing new is consumed; nothing: it is
    std::string redis_trouble{};                         // why Redis is not up; "": not known yet
    std::size_t held_history = 0;                        // of in_flight: entries of history
    redis::Backlog backlog{};                            // as it was last seen
    std::shared_ptr<const api::Traffic> traffic{};       // null: nothing is counted
    std::array<double, api::all_apis.size()> budgets{};  // used shares, by ApiName
    TokenEnd token{};
};

}  // namespace syncing
