// The key that seals stored tokens: a file of 32 bytes in hex.
#pragma once

#include <string>

namespace calendly {

// The bytes. Throws std::invalid_argument that names the file and says what is wrong with it.
std::string read_token_key(const std::string& path);

// Makes one with a random key, 0600, when there is no such file. True when it did. Throws std::system_error
// that names the file.
bool make_token_key(const std::string& path);

}  // namespace calendly
