// What the work needs of the machine, loaded and checked before the first entry: what is loaded then may
// vanish later.
#pragma once

#include <string>
#include <vector>

#include "config/configuration.hpp"

namespace app {

// Time zones, certificate authorities, the locale. What is wrong with them and what to do, a line each; the
// agent can do its work, but not all of it. Throws std::runtime_error when it can do none.
std::vector<std::string> check_machine(const config::Configuration& configuration);

}  // namespace app
