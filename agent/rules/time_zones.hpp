// The system's time zones (package tzdata). They are read into memory once, when the agent starts: what
// happens to the files later, such as an upgrade of the package, does not matter any more.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace date {
class time_zone;
}

namespace rules {

// The zones cannot be read: that is the machine's trouble, not that of whoever named one.
struct TimeZoneTrouble : std::runtime_error {
    explicit TimeZoneTrouble(const std::string& what)
        : std::runtime_error("time zones (package tzdata): " + what) {}
};

// Reads all of them. Gives what is wrong with some, a line each; throws TimeZoneTrouble when there are none.
std::vector<std::string> load_time_zones();

// Null: no such zone. Throws TimeZoneTrouble when there is one, or must be, and it cannot be read; the next
// call tries again.
const date::time_zone* find_time_zone(std::string_view name);

// Whether the text is a time zone's file (RFC 8536) from its beginning to its end.
bool is_whole_zone_file(std::string_view bytes);

// The third column of zone.tab: the zones that every tzdata has.
std::vector<std::string> zones_in_table(std::string_view table);

}  // namespace rules
