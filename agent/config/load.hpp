#pragma once

#include <string>

#include "config/configuration.hpp"
#include "config/substitute.hpp"

namespace config {

// Reads and checks the file. Throws config::Error.
Configuration load(const std::string& path, const Environment& environment);

// The same for a text; `name` stands for the file in messages.
Configuration parse(const std::string& yaml, const std::string& name, const Environment& environment);

}  // namespace config
