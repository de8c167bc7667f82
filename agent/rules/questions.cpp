#include "rules/questions.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/regex.hpp>

#include "text/text.hpp"

namespace rules {
namespace {

// Of a key that is_question_pattern(). Throws boost::regex_error.
boost::regex question_pattern(std::string_view key) {
    const auto text = key.substr(1, key.size() - 2);
    return boost::regex(text.begin(), text.end(), boost::regex::perl | boost::regex::icase);
}

bool has_words(const std::string& question, const std::string& words) {
    return (" " + question + " ").find(" " + words + " ") != std::string::npos;
}

// A pattern that would take too long on this text is given up by the library: then it does not fit.
bool fits(const boost::regex& pattern, const std::string& question) {
    try {
        return boost::regex_search(question, pattern);
    } catch (const std::runtime_error&) {
        return false;
    }
}

// The answer to the first question that fits.
template <typename Fits>
std::string first_answer(const std::vector<calendly::Answer>& answers, Fits fits) {
    const auto found = std::find_if(answers.begin(), answers.end(), fits);
    if (found == answers.end()) return {};
    return std::string(text::trim(found->answer));
}

// The answer to the only question that fits.
template <typename Fits>
std::string only_answer(const std::vector<calendly::Answer>& answers, Fits fits) {
    if (std::count_if(answers.begin(), answers.end(), fits) != 1) return {};
    return first_answer(answers, fits);
}

}  // namespace

bool is_question_pattern(std::string_view key) {
    return key.size() > 2 && key.starts_with('/') && key.ends_with('/');
}

std::string mistake_in_question_key(std::string_view key) {
    if (!is_question_pattern(key)) return {};
    try {
        question_pattern(key);
    } catch (const boost::regex_error& error) {
        return std::string("not a regular expression: ") + error.what();
    }
    return {};
}

std::string find_answer(const std::vector<calendly::Answer>& answers, std::string_view key) {
    if (is_question_pattern(key)) {
        const auto pattern = question_pattern(key);
        return first_answer(answers, [&](const auto& a) { return fits(pattern, a.question); });
    }
    const auto words = text::words_of(key);
    if (words.empty()) return {};
    auto exact = first_answer(answers, [&](const auto& a) { return text::words_of(a.question) == words; });
    if (!exact.empty()) return exact;
    return only_answer(answers, [&](const auto& a) { return has_words(text::words_of(a.question), words); });
}

}  // namespace rules
