// What a server refused or survived since it was started. Counts only.
#pragma once

#include <cstdint>

namespace http {

struct ServerCounts {
    std::uint64_t not_accepted = 0;  // times that no connection could be accepted: no descriptor is left, ...
    std::uint64_t displaced = 0;     // connections closed because there are too many
    std::uint64_t late = 0;          // requests that were not whole in time
    std::uint64_t malformed = 0;     // requests that were too large, or no HTTP
    std::uint64_t exceptions = 0;    // that ended a connection, or were answered 500
};

}  // namespace http
