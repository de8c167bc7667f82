#include "config/question_key.hpp"

namespace config {

bool is_question_pattern(std::string_view key) {
    return key.size() > 2 && key.starts_with('/') && key.ends_with('/');
}

std::regex question_pattern(std::string_view key) {
    const auto text = key.substr(1, key.size() - 2);
    return std::regex(text.begin(), text.end(), std::regex::ECMAScript | std::regex::icase);
}

std::string mistake_in_question_key(std::string_view key) {
    if (!is_question_pattern(key)) return {};
    try {
        question_pattern(key);
    } catch (const std::regex_error& error) {
        return std::string("not a regular expression: ") + error.what();
    }
    return {};
}

}  // namespace config
