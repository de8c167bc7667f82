// The token of whoever asks: "Authorization: Bearer <token>".
#pragma once

#include <string_view>

#include "http/message.hpp"

namespace web {

// What a refusal says to whom bears() does not hold for.
inline constexpr std::string_view how_to_bear =
    "Authorization: it must bear admin.token of the configuration: Bearer <token>.";

// Takes as long for a token that is nearly right as for any other of its length.
bool bears(const http::Request& request, std::string_view token);

// Likewise, of any two texts.
bool are_same(std::string_view one, std::string_view other);

}  // namespace web
