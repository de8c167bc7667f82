#pragma once

#include <cstdint>
#include <optional>

namespace harness {

// Of a variable of the environment; nothing when it is not set. Throws std::runtime_error when it is no
// number.
std::optional<std::uint64_t> number_from(const char* variable);

}  // namespace harness
