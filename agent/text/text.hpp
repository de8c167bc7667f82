// Texts that people wrote, in UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace text {

// Without blanks and invisible characters at its ends. What belongs to the character before it stays: the
// variation of an emoji, the tags of a flag.
std::string_view trim(std::string_view text);

// At most `size` bytes of it, no character cut in two.
std::string_view clip(std::string_view text, std::size_t size);

// Lower case in every script, a character at a time; bytes that are not UTF-8 stay as they are.
std::string lower_case(std::string_view text);

// For comparison, as fold() in unicode.hpp; runs of anything but letters and digits become one space, none at
// the ends: "What's  up?" -> "what s up".
std::string words_of(std::string_view text);

// Fit to be stored and sent: valid UTF-8 without control characters. Every way to end a line is "\n", a tab
// stays, bytes that are no UTF-8 are U+FFFD, other controls are left out.
std::string clean(std::string_view text);

// Fit for a line of a log: what would break it, or change how it looks, is a space; bytes that are no UTF-8
// are U+FFFD.
std::string one_line(std::string_view text);

// Whether the text, trimmed, is an e-mail address and nothing else.
bool is_email(std::string_view text);

// One spelling for each mailbox: "Ada@EXAMPLE.com " -> "ada@example.com".
//
// Invisible characters are no part of an address (RFC 5892), but for the joiners that some scripts need. The
// part before the @ is the receiving host's to read (RFC 5321): beyond ASCII it stays as it is. The domain is
// compared without case (RFC 5890), in its compatible form (UTS 46): "BÜCHER.example" is "bücher.example".
std::string mailbox(std::string_view email);

// "Ada King Lovelace" -> {"Ada", "King Lovelace"}.
std::pair<std::string, std::string> split_name(std::string_view name);

}  // namespace text
