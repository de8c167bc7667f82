#include "rules/question_key.hpp"

namespace rules {

bool is_question_pattern(std::string_view key) {
    return key.size() > 2 && key.starts_with('/') && key.ends_with('/');
}

boost::regex question_pattern(std::string_view key) {
    const auto text = key.substr(1, key.size() - 2);
    return boost::regex(text.begin(), text.end(), boost::regex::perl | boost::regex::icase);
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

}  // namespace rules
