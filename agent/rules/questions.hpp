// Which question of a booking a key of `questions_and_answers` means. A key is words of the question, or /a
// regular expression/ (Perl's syntax, case ignored).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "calendly/types.hpp"

namespace rules {

bool is_question_pattern(std::string_view key);

// What is wrong with the key; "" when nothing is.
std::string mistake_in_question_key(std::string_view key);

// The answer to the question that `key` names, "" when there is none. A key matches the question whose text
// is equal after case folding and trimming of punctuation; else the only one that has the key as whole words;
// a regular expression is searched in the question, and the first one that has it is meant.
std::string find_answer(const std::vector<calendly::Answer>& answers, std::string_view key);

}  // namespace rules
