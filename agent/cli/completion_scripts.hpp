// Scripts with which a shell completes commands, options and their values.
#pragma once

#include <array>
#include <string>

#include "cli/command_tree.hpp"

namespace cli {

std::string bash_completion(const DescribedCommand& program);
std::string zsh_completion(const DescribedCommand& program);
std::string fish_completion(const DescribedCommand& program);

struct Shell {
    const char* name;
    std::string (*script)(const DescribedCommand& program);
};
inline constexpr std::array all_shells = {Shell{"bash", bash_completion}, Shell{"zsh", zsh_completion},
                                          Shell{"fish", fish_completion}};

}  // namespace cli
