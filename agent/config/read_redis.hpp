#pragma once

#include "config/configuration.hpp"
#include "config/section.hpp"

namespace config {

// The section `redis`. Throws Error, also when its keys contradict each other.
Redis read_redis(const Section& section);

}  // namespace config
