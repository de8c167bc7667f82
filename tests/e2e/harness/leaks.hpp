#pragma once

#include <string>
#include <vector>

namespace harness {

// The lines of an agent's log in which a key or token of the tests stands, or somebody's whole address at a
// domain "example": "ann@example.com", "ann@fjord.example". Masked ones are fine: "a...@example.com".
std::vector<std::string> revealing_lines(const std::string& log);

}  // namespace harness
