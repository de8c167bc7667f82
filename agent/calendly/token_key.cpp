#include "calendly/token_key.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "shared/secret_file.hpp"
#include "shared/wipe.hpp"
#include "text/base64url.hpp"
#include "text/private_file.hpp"
#include "text/seal.hpp"

namespace calendly {
namespace {

int value_of(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

std::string bytes_of(const std::string& hex) {
    const bool is_hex = std::ranges::all_of(hex, [](char digit) { return value_of(digit) >= 0; });
    if (!is_hex || hex.size() != 2 * text::seal_key_size)
        throw std::invalid_argument("expected 32 bytes in hex, as openssl rand -hex 32 prints them");
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2)
        bytes += static_cast<char>(16 * value_of(hex[i]) + value_of(hex[i + 1]));
    return bytes;
}

}  // namespace

std::string read_token_key(const std::string& path) {
    try {
        auto hex = shared::parse_password(shared::read_secret_file(path).text);
        const shared::WipedAtEnd wiped(hex);
        return bytes_of(hex);
    } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(fmt::format("{}: {}", path, error.what()));
    }
}

bool make_token_key(const std::string& path) {
    const auto key = text::random_bytes(text::seal_key_size);
    auto line = text::hex(key);
    line += '\n';
    const shared::WipedAtEnd wiped(line);
    return text::make_private_file(path, line);
}

}  // namespace calendly
