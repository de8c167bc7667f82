// What a connector has done since the agent started, and how it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace syncing {

struct Statistics {
    std::map<std::string, std::uint64_t> entries;    // by outcome: synced, repeated, ignored, dead
    std::map<std::string, std::uint64_t> events;     // sent, by name
    std::map<std::string, std::uint64_t> fallbacks;  // what was done without, by cause
    std::uint64_t contacts_written = 0;
    std::uint64_t retries = 0;
    std::map<std::string, std::string> parked;  // API -> why nothing new is consumed; empty: all is well
    std::set<std::string> resting;              // APIs in trouble that are only tried now and then
    std::string mapping_problem;                // attributes and lists that the account lacks
    std::size_t waiting = 0;  // pieces of work that wait for their next attempt, or for another's
    bool redis_up = false;
};

}  // namespace syncing
