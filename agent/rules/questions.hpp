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

struct Found {
    std::vector<std::string> answers;  // without empty ones, in the order in which they were given
    bool is_ambiguous = false;         // several questions might be meant, so none is
};

// The answers to the question that `key` names. A key matches the questions whose text is equal after case
// folding and trimming of punctuation; else the only one that has the key as whole words. A regular
// expression matches every question in which it is found.
Found find_answers(const std::vector<calendly::Answer>& answers, std::string_view key);

}  // namespace rules
