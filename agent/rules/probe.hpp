// A delivery of our own: whoever sends it learns whether nginx, Redis and an agent are one path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "calendly/timestamp.hpp"

namespace rules {

inline constexpr std::string_view probe_event = "calendly_brevo.probe";

// {"event": "calendly_brevo.probe", "created_at", "payload": {"id"}}
std::string probe_body(std::string_view id, calendly::Timestamp now);

// The id of a probe's body. Nothing when none of ours stands there: 1 to 64 of 0-9 a-z.
std::optional<std::string> probe_id(std::string_view body);

}  // namespace rules
