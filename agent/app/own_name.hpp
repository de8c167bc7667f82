// What a process is called in Redis.
#pragma once

#include <string>

namespace app {

// Unique among all agents and commands of all machines, also when one takes the process id of a dead one.
std::string make_own_name();

}  // namespace app
