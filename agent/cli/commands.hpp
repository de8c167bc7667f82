// The table of commands. A new one is a file that defines it and its name in both lists here.
#pragma once

#include <array>

#include "cli/command.hpp"

namespace cli {

// Each is defined in the file of its name: agent.cpp, ...
extern const Command agent_command, check_command, sign_command;

// In the order in which --help names them.
inline constexpr std::array all_commands = {&agent_command, &check_command, &sign_command};

}  // namespace cli
