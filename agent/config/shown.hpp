// What a message may quote. Somebody who forgets a colon or a quotation mark writes a secret where a name is
// expected: only what has the shape of a name is shown, never what could be a key, a token or a password.
#pragma once

#include <string>
#include <string_view>

namespace config {

// A value of a closed list, as somebody may misspell it: a short word of letters.
bool is_short_word(std::string_view text) noexcept;

// A key or a variable's name: words of letters with a short number at most, and what stands between words.
bool is_plain_name(std::string_view text) noexcept;

// A path that begins at the root, or plain names.
bool is_plain_path(std::string_view text) noexcept;

// In quotation marks, or words that stand for it.
std::string shown_value(std::string_view text);
std::string shown_name(std::string_view text);  // without the marks
std::string shown_path(std::string_view text);  // likewise

}  // namespace config
