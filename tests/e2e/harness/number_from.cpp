#include "e2e/harness/number_from.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

namespace harness {

std::optional<std::uint64_t> number_from(const char* variable) {
    const char* text = std::getenv(variable);
    if (!text) return std::nullopt;
    std::uint64_t number = 0;
    const auto* end = text + std::strlen(text);
    const auto read = std::from_chars(text, end, number);
    if (read.ec != std::errc() || read.ptr != end)
        throw std::runtime_error(std::string(variable) + " must be a number, not " + text);
    return number;
}

}  // namespace harness
