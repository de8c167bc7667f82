// Secrets that are kept where others may read: sealed with AES-256-GCM.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace text {

inline constexpr std::size_t seal_key_size = 32;

// The seal is broken: another key, another purpose, or bytes that were changed.
struct SealError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A fresh nonce, the ciphertext and its tag, as base64url. `purpose` is not hidden and must be the same when
// it is opened: what was sealed for one connector is worth nothing to another. Throws std::invalid_argument
// when the key has another size, SealError when OpenSSL fails.
std::string seal(std::string_view key, std::string_view purpose, std::string_view secret);

// Throws SealError.
std::string open_seal(std::string_view key, std::string_view purpose, std::string_view sealed);

// So many random bytes, fit for keys. Throws SealError when there are none to be had.
std::string random_bytes(std::size_t size);

}  // namespace text
