// A lock: a key that holds the name of whoever has it, and expires.
#pragma once

#include "redis/client.hpp"

namespace redis {

// KEYS: lock. ARGV: who wants it, for how many ms. 1: they have it from now on, whether or not they had it
// before; 0: another one has it.
extern const Script take_lock_script;

// KEYS: lock. ARGV: who had it. Whoever was too slow does not take the lock from the next one.
extern const Script release_lock_script;

}  // namespace redis
