#include "rules/booking_answers.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "rules/phone.hpp"
#include "text/text.hpp"

namespace rules {
namespace {

namespace json = boost::json;
using calendly::LocationChoice;
using calendly::Question;

constexpr std::size_t longest_answer = 10'000;
constexpr std::size_t longest_place = 1'000;

std::string place_of(std::int64_t position) {
    return fmt::format("answers[{}]", position);
}

// What stands for one answer: a text, or a list of texts where several choices are allowed.
std::optional<std::vector<std::string>> texts_of(const json::value& value, bool may_be_several) {
    const auto trimmed = [](const json::string& text) {
        return std::string(text::trim({text.data(), text.size()}));
    };
    std::vector<std::string> texts;
    if (const auto* text = value.if_string()) {
        texts.push_back(trimmed(*text));
    } else if (const auto* list = value.if_array(); list && may_be_several) {
        for (const auto& item : *list) {
            if (!item.is_string()) return std::nullopt;
            texts.push_back(trimmed(item.get_string()));
        }
    } else {
        return std::nullopt;
    }
    std::erase(texts, "");
    return texts;
}

bool is_choice(const Question& question, const std::string& text) {
    return std::ranges::any_of(question.choices,
                               [&](const auto& choice) { return text::trim(choice) == text; });
}

// "" when the answer is one that the question allows. A phone number is rewritten.
std::string mistake_in_answer(const Question& question, std::string& answer) {
    if (const auto mistake = mistake_in(answer, longest_answer, question.type == "text"); !mistake.empty())
        return mistake;
    const bool is_selected = question.type == "single_select" || question.type == "multi_select";
    if (is_selected && !question.allows_other && !is_choice(question, answer))
        return "is none of the choices";
    if (question.type != "phone_number") return {};
    const auto number = to_e164(answer);
    if (!number) return "is no phone number with its country's code, as +33612345678";
    answer = *number;
    return {};
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const auto& text : texts) all.append(all.empty() ? "" : "\n").append(text);
    return all;
}

// Nothing when it says nothing, or is wrong.
std::optional<calendly::PlacedAnswer> read_answer(BookingFields& fields, const Question& question,
                                                  const json::value* text) {
    const auto field = place_of(question.position);
    auto texts = text && !text->is_null() ? texts_of(*text, question.type == "multi_select")
                                          : std::vector<std::string>();
    if (!texts) {
        fields.fail(field,
                    question.type == "multi_select" ? "must be a text or a list of texts" : "must be a text");
        return std::nullopt;
    }
    if (texts->empty()) {
        if (question.is_required) fields.fail(field, "is required");
        return std::nullopt;
    }
    for (auto& one : *texts)
        if (const auto mistake = mistake_in_answer(question, one); !mistake.empty()) {
            fields.fail(field, mistake);
            return std::nullopt;
        }
    return calendly::PlacedAnswer{question.position, question.text, joined(*texts)};
}

// The text of the answer with each position. What cannot be one is noted.
std::map<std::int64_t, const json::value*> given_answers(BookingFields& fields,
                                                         const calendly::BookableType& type) {
    std::map<std::int64_t, const json::value*> given;
    const auto* value = fields.find("answers");
    const auto* list = value ? value->if_array() : nullptr;
    if (value && !list) fields.fail("answers", "must be a list of {position, text}");
    if (!list) return given;
    for (const auto& item : *list) {
        const auto* answer = item.if_object();
        const auto* position = answer ? answer->if_contains("position") : nullptr;
        const auto* number = position ? position->if_int64() : nullptr;
        if (!number) {
            fields.fail("answers", "must be a list of {position, text}");
            return given;
        }
        BookingFields members(*answer);
        members.allow_only({"position", "text"});
        if (members.has_failed()) fields.fail(place_of(*number), "must be {position, text}");
        if (std::ranges::find(type.questions, *number, &Question::position) == type.questions.end())
            fields.fail(place_of(*number), "there is no question with this position");
        if (!given.emplace(*number, answer->if_contains("text")).second)
            fields.fail(place_of(*number), "is answered twice");
    }
    return given;
}

// Where the host wrote the place, the visitor has nothing to add.
bool has_own_place(const LocationChoice& choice) {
    return !choice.location.empty() && needs_of(choice.kind).empty();
}

// Kinds with which a place must be sent, whoever says it.
bool wants_place(std::string_view kind) {
    return kind == "physical" || kind == "custom" || !needs_of(kind).empty();
}

std::optional<calendly::ChosenLocation> with_place(BookingFields& fields, const LocationChoice& choice,
                                                   std::string place) {
    const auto needs = needs_of(choice.kind);
    if (!wants_place(choice.kind)) place.clear();
    if (has_own_place(choice)) place = choice.location;
    if (wants_place(choice.kind) && place.empty()) {
        fields.fail("location", needs == "phone" ? "a phone number is missing" : "a place is missing");
        return std::nullopt;
    }
    if (needs == "phone") {
        const auto number = to_e164(place);
        if (!number) {
            fields.fail("location", "is no phone number with its country's code, as +33612345678");
            return std::nullopt;
        }
        place = *number;
    }
    return calendly::ChosenLocation{choice.kind, std::move(place)};
}

// The one of this kind; of several, the one that the host described so.
const LocationChoice* find_choice(const std::vector<LocationChoice>& choices, std::string_view kind,
                                  std::string_view place) {
    const LocationChoice* of_kind = nullptr;
    for (const auto& choice : choices) {
        if (choice.kind != kind) continue;
        if (!of_kind || text::trim(choice.location) == place) of_kind = &choice;
    }
    return of_kind;
}

std::string kinds_of(const std::vector<LocationChoice>& choices) {
    std::set<std::string> kinds;
    for (const auto& choice : choices) kinds.insert(choice.kind);
    return joined({kinds.begin(), kinds.end()});
}

}  // namespace

std::vector<calendly::PlacedAnswer> read_answers(BookingFields& fields, const calendly::BookableType& type) {
    const auto given = given_answers(fields, type);
    std::vector<calendly::PlacedAnswer> answers;
    for (const auto& question : type.questions) {
        const auto text = given.find(question.position);
        auto answer = read_answer(fields, question, text == given.end() ? nullptr : text->second);
        if (answer) answers.push_back(std::move(*answer));
    }
    return answers;
}

std::optional<calendly::ChosenLocation> read_location(BookingFields& fields,
                                                      const calendly::BookableType& type) {
    const auto* value = fields.find("location");
    if (type.pooling == "round_robin" || type.locations.empty()) {
        if (value) fields.fail("location", "none can be chosen for this event type");
        return std::nullopt;
    }
    if (!value) {
        if (type.locations.size() == 1) return with_place(fields, type.locations.front(), "");
        fields.fail("location", "one must be chosen");
        return std::nullopt;
    }
    const auto* object = value->if_object();
    if (!object) {
        fields.fail("location", "must be {kind, location?}");
        return std::nullopt;
    }
    BookingFields members(*object);
    const auto kind = members.required_line("kind", 64);
    auto place = members.line("location", longest_place);
    members.allow_only({"kind", "location"});
    if (members.has_failed()) {
        fields.fail("location", members.error().field + " " + members.error().message);
        return std::nullopt;
    }
    const auto* choice = find_choice(type.locations, kind, place);
    if (!choice) {
        auto kinds = kinds_of(type.locations);
        std::ranges::replace(kinds, '\n', ' ');
        fields.fail("location", "kind is none of: " + kinds);
        return std::nullopt;
    }
    return with_place(fields, *choice, std::move(place));
}

}  // namespace rules
