#include "rules/questions.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>

#include <boost/regex.hpp>

#include "text/text.hpp"
#include "text/unicode.hpp"

namespace rules {
namespace {

// Of a key that is_question_pattern(). Throws boost::regex_error.
boost::regex question_pattern(std::string_view key) {
    const auto text = text::composed(key.substr(1, key.size() - 2));
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

// The questions, in words, that fit: each once, also when it was asked twice.
template <typename Fits>
std::set<std::string> questions_where(const std::vector<std::string>& questions, Fits fits) {
    std::set<std::string> fitting;
    std::copy_if(questions.begin(), questions.end(), std::inserter(fitting, fitting.end()), fits);
    return fitting;
}

void add_answer(const calendly::Answer& one, Found& found) {
    const auto answer = text::trim(one.answer);
    if (!answer.empty()) found.answers.emplace_back(answer);
}

Found answers_to_pattern(const std::vector<calendly::Answer>& answers, std::string_view key) {
    const auto pattern = question_pattern(key);
    Found found;
    for (const auto& one : answers)
        if (fits(pattern, text::composed(one.question))) add_answer(one, found);
    return found;
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

Found find_answers(const std::vector<calendly::Answer>& answers, std::string_view key) {
    if (is_question_pattern(key)) return answers_to_pattern(answers, key);
    const auto words = text::words_of(key);
    if (words.empty()) return {};
    std::vector<std::string> questions;
    for (const auto& one : answers) questions.push_back(text::words_of(one.question));
    auto meant = questions_where(questions, [&](const auto& question) { return question == words; });
    if (meant.empty())
        meant = questions_where(questions, [&](const auto& question) { return has_words(question, words); });
    Found found;
    for (std::size_t i = 0; i < answers.size(); ++i)
        if (meant.contains(questions[i])) add_answer(answers[i], found);
    if (meant.size() < 2) return found;
    return {{}, !found.answers.empty()};
}

}  // namespace rules
