#include "calendly/question.hpp"

#include <algorithm>
#include <utility>

namespace calendly {
namespace {

bool is_enabled(const JsonReader& question) {
    return !question.find("enabled") || question.boolean("enabled");
}

// To the letter: Calendly compares them so.
std::string exact_text(const JsonReader& reader, std::string_view name) {
    const auto* value = reader.find(name);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string(text->data(), text->size()) : std::string();
}

std::vector<std::string> exact_texts(const JsonReader& reader, std::string_view name) {
    const auto* value = reader.find(name);
    const auto* list = value ? value->if_array() : nullptr;
    std::vector<std::string> texts;
    if (!list) return texts;
    for (const auto& item : *list)
        if (const auto* text = item.if_string()) texts.emplace_back(text->data(), text->size());
    return texts;
}

// Its place among those before when Calendly does not say.
std::int64_t position_of(const JsonReader& question, std::size_t before) {
    const auto* value = question.find("position");
    boost::system::error_code error;
    const auto position = value && value->is_number() ? value->to_number<std::int64_t>(error) : -1;
    return error || position < 0 ? static_cast<std::int64_t>(before) : position;
}

}  // namespace

std::vector<Question> parse_questions(const JsonReader& event_type) {
    std::vector<Question> questions;
    for (const auto& reader : event_type.objects("custom_questions")) {
        if (!is_enabled(reader)) continue;
        Question question;
        question.position = position_of(reader, questions.size());
        question.text = exact_text(reader, "name");
        question.type = reader.string("type");
        question.is_required = reader.boolean("required");
        question.choices = exact_texts(reader, "answer_choices");
        question.allows_other = reader.boolean("include_other");
        if (!question.text.empty()) questions.push_back(std::move(question));
    }
    std::ranges::stable_sort(questions, {}, &Question::position);
    return questions;
}

}  // namespace calendly
