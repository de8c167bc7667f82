#pragma once

#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace config {

// A mistake in the configuration; what() says "file:line: what is wrong and what to do", never a secret.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    // `line` counts from 1; 0 when the whole file is meant.
    Error(const std::string& file, int line, const std::string& what)
        : std::runtime_error(line > 0 ? fmt::format("{}:{}: {}", file, line, what)
                                      : fmt::format("{}: {}", file, what)) {}
};

}  // namespace config
