// Tokens as they are kept: JSON, sealed for their connector.
#pragma once

#include <string>
#include <string_view>

#include "calendly/oauth.hpp"

namespace calendly {

// `key`: 32 bytes, see text/seal.hpp.
std::string seal_tokens(const Tokens& tokens, std::string_view key, std::string_view connector);

// Throws text::SealError when the key is another one or the bytes were changed, ShapeError when they are no
// tokens.
Tokens open_tokens(std::string_view sealed, std::string_view key, std::string_view connector);

}  // namespace calendly
