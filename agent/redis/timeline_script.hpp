// What the scripts have in common that write the timeline, see redis/timeline.hpp.
#pragma once

#include <string>
#include <string_view>

#include "config/timeline.hpp"
#include "redis/arguments.hpp"
#include "rules/timeline_entry.hpp"

namespace redis {

std::string timeline_key(std::string_view connector);

// Lua: write_timeline(key, first, last), where ARGV[first] to ARGV[last] are what append_timeline() appended.
// Gives nil, or what Redis says when it refuses, which keeps the script from nothing else.
std::string write_timeline_lua();

// The limits, then the values of each entry.
void append_timeline(Arguments& values, const rules::Timeline& timeline, const config::Timeline& limits);

namespace timeline_field {
inline constexpr std::string_view change_id = "change_id", event = "event", person = "person",
                                  invitee = "invitee", outcome = "outcome", received_ms = "received_ms",
                                  committed_ms = "committed_ms", steps = "steps", reason = "reason";
}  // namespace timeline_field

}  // namespace redis
