// Which question of a booking a key of `questions_and_answers` means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calendly/types.hpp"

namespace rules {

// The answer to the question that `key` names, "" when there is none. A key matches the question whose text
// is equal after case folding and trimming of punctuation; else the only one that has the key as whole words;
// a key written
// /.../ is a regular expression (Perl's syntax, case ignored), searched in the question.
std::string find_answer(const std::vector<calendly::Answer>& answers, std::string_view key);

}  // namespace rules
