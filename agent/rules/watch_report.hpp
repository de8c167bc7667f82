// What whoever watches over a connector's subscription has found: for health, metrics and the other agents.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/subscription_check.hpp"

namespace rules {

enum class EdgeState {
    unknown,  // it was not tried, or could not be
    ok,
    doubtful,  // deliveries may arrive, and somebody should look
    broken     // they do not
};

struct WatchReport {
    std::optional<SubscriptionState> subscription;  // nothing: Calendly has not said yet
    EdgeState edge = EdgeState::unknown;
    std::string edge_problem;     // one line; "": none
    std::uint64_t repairs = 0;    // by this process
    std::int64_t checked_ms = 0;  // when Calendly last said, Unix ms; 0: not yet

    // False: bookings do not arrive by webhook.
    bool do_bookings_arrive() const noexcept;
    // Whether somebody should look. Retries pass by themselves.
    bool is_well() const noexcept;
};

// Calendly's name of the state, "unknown" when there is none.
std::string_view subscription_text(const WatchReport& report) noexcept;
// "ok", "unknown", or what is wrong.
std::string_view edge_text(const WatchReport& report) noexcept;

// For the other agents, without the repairs. What cannot be read is nothing known.
std::string serialize(const WatchReport& report);
WatchReport parse_watch_report(std::string_view json);

}  // namespace rules
