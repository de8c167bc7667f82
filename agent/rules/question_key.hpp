// A key of questions_and_answers: words of the question, or /a regular expression/ (Perl's syntax,
// case ignored).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/regex.hpp>

namespace rules {

bool is_question_pattern(std::string_view key);

// Of a key that is_question_pattern(). Throws boost::regex_error.
boost::regex question_pattern(std::string_view key);

// What is wrong with the key; "" when nothing is.
std::string mistake_in_question_key(std::string_view key);

}  // namespace rules
