// The one verdict on a connector, and what it rests on: health, metrics, `status`, the operators' page and
// systemd say the same. No I/O, no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redis/backlog.hpp"
#include "sync/connector_status.hpp"

namespace operating {

enum class Verdict {
    healthy,   // bookings arrive and reach Brevo
    degraded,  // they do, and something waits for somebody: dead letters, a key or a right in Redis, what the
               // Brevo account lacks, a subscription that is not as it is wanted
    unhealthy  // they do not: Redis does not answer, an API refuses the credential or is in trouble, the
               // machine is, somebody has paused it, no subscription, or none that reaches us
};
std::string_view to_string(Verdict verdict) noexcept;

// A button of the page, and the command that does the same.
enum class Action { none, resume, repair, replay, reconcile };
std::string_view to_string(Action action) noexcept;

struct Problem {
    std::string id;         // stable, as doctor's where there is one: "calendly.subscription"
    bool is_fatal = false;  // bookings do not arrive or do not reach Brevo because of it
    std::string sentence;   // what is wrong
    std::optional<std::chrono::system_clock::time_point> since{};  // where the status itself knows it
    bool holds_up = false;  // what is in the backlog waits because of it
    std::string fix;        // what mends it, a sentence
    Action action = Action::none;
    std::string command{};  // the same at a terminal; "": there is none
};
using Problems = std::vector<Problem>;

// The fatal ones first.
Problems problems_of(const syncing::ConnectorStatus& connector);

// That of the worst problem.
Verdict verdict_on(const Problems& problems) noexcept;
Verdict verdict_on(const syncing::ConnectorStatus& connector);

// Whether the agent could sync a booking now.
bool is_ready(const syncing::ConnectorStatus& connector);

// Something that the connector depends on.
struct Dependency {
    std::string_view name;  // "redis", "calendly", "brevo", "subscription", "edge"
    std::string state;      // "ok", "down", "resting", "parked", "missing", ...
    bool is_ok = true;
    std::string reason;  // "" when ok
};
// In this order, all five.
std::vector<Dependency> dependencies_of(const syncing::ConnectorStatus& connector);

// "Brevo refuses ..., since 2026-11-28 02:13 UTC; 1240 bookings wait. Put a good key ... And 2 more."
// `since`: of the first problem. `waits`: bookings in the backlog; nothing: not known.
std::string sentence_on(const Problems& problems, std::optional<std::chrono::system_clock::time_point> since,
                        std::optional<std::uint64_t> waits);

}  // namespace operating
