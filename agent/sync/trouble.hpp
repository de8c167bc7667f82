// What keeps work from being done and is no entry's fault: trouble of the machine (memory, descriptors, time
// zones, a mistake in this program), or a key in Redis that holds what no agent wrote there. It is repeated,
// said and counted, and ends in a dead letter never: see entry_fault.hpp for what does.
#pragma once

#include <compare>
#include <exception>
#include <string>

#include "sync/counters.hpp"

namespace syncing {

struct Trouble {
    TroubleKind kind = TroubleKind::machine;
    std::string cause;  // one line in the cause's own words, without personal data

    auto operator<=>(const Trouble&) const = default;
};

Trouble trouble_of(const std::exception& error);

}  // namespace syncing
