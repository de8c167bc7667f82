#pragma once

#include <string>
#include <string_view>

namespace text {

// RFC 4648, section 4, with padding.
std::string base64(std::string_view bytes);

// RFC 4648, section 5, without padding.
std::string base64url(std::string_view bytes);

// Two digits a byte, 0 to f.
std::string hex(std::string_view bytes);

// SHA-256 of it, so written: an S256 challenge of PKCE (RFC 7636).
std::string base64url_sha256(std::string_view bytes);

// The bytes. "" for any other text.
std::string from_base64(std::string_view text);     // with padding
std::string from_base64url(std::string_view text);  // without

}  // namespace text
