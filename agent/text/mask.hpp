// Texts made fit for a log: without personal data.
#pragma once

#include <string>
#include <string_view>

namespace text {

// "ada@example.com" -> "a...@example.com"
std::string mask_email(std::string_view email);

// The JSON with the values of personal members (names, addresses, answers, links, ...) replaced by "***".
std::string mask_body(std::string_view body);

// One printable line without what looks like an e-mail address or a phone number: APIs quote them in their
// messages.
std::string mask_words(std::string_view text);

}  // namespace text
