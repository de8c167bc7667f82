#include "sync/questions.hpp"

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "sync/text.hpp"

namespace syncing {
namespace {

bool is_pattern(std::string_view key) { return key.size() > 2 && key.starts_with('/') && key.ends_with('/'); }

std::regex make_pattern(std::string_view key) {
    const auto text = key.substr(1, key.size() - 2);
    return std::regex(text.begin(), text.end(), std::regex::ECMAScript | std::regex::icase);
}

bool has_words(const std::string& question, const std::string& words) {
    return (" " + question + " ").find(" " + words + " ") != std::string::npos;
}

// The answer to the only question that fits, the first one when `first_of_many`.
template <typename Fits>
std::string answer_where(const std::vector<calendly::Answer>& answers, bool first_of_many, Fits fits) {
    const auto found = std::find_if(answers.begin(), answers.end(), fits);
    if (found == answers.end()) return {};
    if (!first_of_many && std::find_if(found + 1, answers.end(), fits) != answers.end()) return {};
    return std::string(trim(found->answer));
}

}  // namespace

std::string find_answer(const std::vector<calendly::Answer>& answers, std::string_view key) {
    if (is_pattern(key)) {
        const auto pattern = make_pattern(key);
        return answer_where(answers, true, [&](const auto& a) { return std::regex_search(a.question, pattern); });
    }
    const auto words = words_of(key);
    if (words.empty()) return {};
    auto exact = answer_where(answers, true, [&](const auto& a) { return words_of(a.question) == words; });
    if (!exact.empty()) return exact;
    return answer_where(answers, false, [&](const auto& a) { return has_words(words_of(a.question), words); });
}

void check_question_key(std::string_view key) {
    if (!is_pattern(key)) return;
    try {
        make_pattern(key);
    } catch (const std::regex_error& error) {
        throw std::invalid_argument(std::string("not a regular expression: ") + error.what());
    }
}

}  // namespace syncing
