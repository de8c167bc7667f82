// Files that hold secrets: signing keys and Redis's password.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "shared/wipe.hpp"

namespace shared {

inline constexpr std::size_t max_signing_keys = 8;
inline constexpr std::size_t min_signing_key_size = 16;  // bytes
inline constexpr std::size_t max_secret_file_size = 64 * 1024;

// Without a byte-order mark. Throws std::invalid_argument, naming the line, for what no keyboard types into a
// secret and no reader sees: UTF-16, control characters, invisible characters at an end of a line. Lines that
// begin with '#' may hold what they like.
std::string_view plain_text(std::string_view bytes);

// Who but its owner and its group may do what with a file.
struct FileAccess {
    bool readable_by_group = false;
    bool readable_by_others = false;
    bool writable_by_others = false;
};
// Nothing of a file that is not there.
FileAccess access_of(const std::string& path) noexcept;

// Leaves nothing of its text in memory.
struct SecretFile : FileAccess {
    SecretFile() = default;
    SecretFile(SecretFile&&) = default;
    SecretFile& operator=(SecretFile&&) = default;
    ~SecretFile() { wipe(text); }

    std::string text;
};

// Throws std::invalid_argument for what is no regular file, cannot be read, is larger than
// max_secret_file_size or no plain_text().
SecretFile read_secret_file(const std::string& path);

// One key a line; blanks at both ends of a line do not count, nor do empty lines and lines that begin
// with '#'. Throws std::invalid_argument naming the line (never the key) when a key is too short, and when
// there is no key or there are more than max_signing_keys.
std::vector<std::string> parse_signing_keys(std::string_view text);

// The first line, blanks at both ends cut off. Throws std::invalid_argument when it is empty.
std::string parse_password(std::string_view text);

}  // namespace shared
