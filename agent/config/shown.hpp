// What a message may quote: names and paths. Never a value, whatever it is: "hunter" is a misspelt log level
// or a password. Somebody who forgets a colon or a quotation mark writes a secret even where a name is
// expected: only what has the shape of a name is shown, never what could be a key, a token or a password.
#pragma once

#include <string>
#include <string_view>

namespace config {

// A key or a variable's name: words of letters with a short number at most, and what stands between words.
bool is_plain_name(std::string_view text) noexcept;

// A path that begins at the root, or with a variable ($CREDENTIALS_DIRECTORY/name). Another one may be a
// password.
bool is_plain_path(std::string_view text) noexcept;

// Itself, or words that stand for it.
std::string shown_name(std::string_view text);
std::string shown_path(std::string_view text);

}  // namespace config
