// What `doctor` finds: one line of its report each. No I/O, no clock.
#pragma once

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace rules {

// fail: bookings do not arrive, are lost or wrong now. warn: they will be, or may be.
enum class FindingStatus { ok, warn, fail };

std::string_view to_string(FindingStatus status) noexcept;

struct Finding {
    std::string id;  // one of all_finding_ids
    FindingStatus status = FindingStatus::ok;
    std::string summary;
    std::string why;  // "" of ok
    std::string fix;  // a command or a place; "" of ok
    std::chrono::milliseconds took{0};
};
using Findings = std::vector<Finding>;

Finding well(std::string id, std::string summary);
Finding warning(std::string id, std::string summary, std::string why, std::string fix);
Finding failure(std::string id, std::string summary, std::string why, std::string fix);
// Of something that cannot be known for `why`.
Finding unknown(std::string id, std::string why, std::string fix);

// "redis" of "redis.memory".
std::string_view area_of(std::string_view id) noexcept;

// In the order in which they are reported.
inline constexpr std::array all_finding_ids = {
    "config.file",         "config.secrets",        "clock.skew",           "redis.reachable",
    "redis.version",       "redis.eviction",        "redis.persistence",    "redis.memory",
    "redis.cluster",       "redis.backlog",         "redis.dead",           "agent.running",
    "agent.parked",        "edge.reachable",        "edge.signature",       "edge.path",
    "edge.status",         "calendly.token",        "calendly.scopes",      "calendly.role",
    "calendly.rate_limit", "calendly.subscription", "calendly.event_types", "brevo.key",
    "brevo.attributes",    "brevo.types",           "brevo.lists",          "brevo.rate_limit"};

// What somebody wants to be told of: ids or areas.
struct Selection {
    std::vector<std::string> only;  // empty: all
    std::vector<std::string> skip;

    bool has(std::string_view id) const;
    bool has_area(std::string_view area) const;  // any of its ids
};

// The first of the names that is neither an id nor an area; "": all are.
std::string unknown_name(const std::vector<std::string>& names);

// Those that are selected, in the order of all_finding_ids.
Findings sorted(Findings findings, const Selection& selection);

struct FindingCounts {
    std::size_t failures = 0, warnings = 0;
};
// Before the agent is started for the first time: no failure but that it does not run, and what follows from
// that.
bool is_well_but_for_agent(const Findings& findings);
FindingCounts count(const Findings& findings) noexcept;

}  // namespace rules
