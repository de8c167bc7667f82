// Texts that people wrote, in UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace text {

std::string_view trim(std::string_view text);

// At most `size` bytes of it, no character cut in two.
std::string_view clip(std::string_view text, std::size_t size);

// Lower case in every script; bytes that are not UTF-8 stay as they are.
std::string lower_case(std::string_view text);

// Lower case, runs of anything but letters and digits become one space, none at the ends: "What's  up?" ->
// "what s up".
std::string words_of(std::string_view text);

// Whether the text, trimmed, is an e-mail address and nothing else.
bool is_email(std::string_view text);

// "Ada King Lovelace" -> {"Ada", "King Lovelace"}.
std::pair<std::string, std::string> split_name(std::string_view name);

}  // namespace text
