// Moments and spans of time as they are typed.
#pragma once

#include <string>

#include "calendly/timestamp.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cli {

// "2026-10-13": the day's beginning or, with `is_end`, its last microsecond, in UTC. "2026-10-13T09:00",
// "2026-10-13T09:00:00Z", "2026-10-13T09:00:00+02:00": that moment; in UTC unless it says where. Throws
// std::invalid_argument with the reason.
calendly::Timestamp parse_moment(const std::string& text, bool is_end);

// --from and --to. What is no moment, or a --to that is not after --from, is a mistake of usage.
struct Span {
    std::string from;  // as typed; "": none
    std::string to;
};
void add_span_options(CLI::App& line, Span& span, bool is_required);

}  // namespace cli
