// What a connector has done since the agent started. Counts only: nothing is decided by them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace syncing {

struct Counters {
    std::map<std::string, std::uint64_t> entries;    // by outcome: synced, repeated, ignored, dead
    std::map<std::string, std::uint64_t> events;     // sent, by name
    std::map<std::string, std::uint64_t> fallbacks;  // what was done without, by cause
    std::uint64_t contacts_written = 0;
};

}  // namespace syncing
