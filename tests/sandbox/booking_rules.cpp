#include "sandbox/booking_rules.hpp"

#include <algorithm>

namespace sandbox {
namespace {

constexpr std::array<std::chrono::seconds, 3> windows{std::chrono::minutes(1), std::chrono::hours(1),
                                                      std::chrono::hours(24)};

CalendlyRefusal bad(const std::string& parameter, const std::string& message) {
    return {400, "Invalid Argument", parameter + ": " + message, {{parameter, message}}};
}

CalendlyRefusal blank_answers() {
    return {400, "Invalid Argument", "Required Questions and Answers cannot be blank"};
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool is_true(const json::object& object, std::string_view name, bool otherwise) {
    const auto* value = object.if_contains(name);
    return value && value->is_bool() ? value->get_bool() : otherwise;
}

const json::object* question_called(const EventType& type, const std::string& name) {
    for (const auto& question : type.custom_questions)
        if (text_of(question.get_object(), "name") == name) return &question.get_object();
    return nullptr;
}

void require_answer(const EventType& type, const json::value& item, const std::string& place) {
    if (!item.is_object()) throw bad(place, "must be an object");
    const auto& answer = item.get_object();
    for (const auto* name : {"question", "answer", "position"}) {
        const auto* value = answer.if_contains(name);
        if (!value || value->is_null()) throw bad(place + "." + name, "is missing");
    }
    if (text_of(answer, "answer").empty()) throw blank_answers();
    const auto* question = question_called(type, text_of(answer, "question"));
    if (!question) throw bad(place + ".question", "is no question of the event type");
    const auto* position = question->if_contains("position");
    if (position && *position != answer.at("position"))
        throw bad(place + ".position", "is not that of the question");
}

bool needs_place(std::string_view kind) {
    return kind == "physical" || kind == "outbound_call" || kind == "ask_invitee" || kind == "custom";
}

}  // namespace

CalendlyRefusal BookingRules::taken_refusal() const {
    const char* message = "The start time is no longer available";
    if (taken == TakenForm::conflict) return {409, "Already Exists", message};
    if (taken == TakenForm::start_time) return invalid_argument({{"start_time", "is not available"}});
    CalendlyRefusal refusal{400, "Invalid Argument", message};
    refusal.code = "already_filled";
    return refusal;
}

std::int64_t BookingRules::take(const std::string& user, Instant at) {
    auto& made = made_[user];
    while (!made.empty() && made.front() <= at - windows.back()) made.pop_front();
    std::int64_t wait = 0;
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const auto limit = static_cast<std::size_t>(limits[i]);
        if (limit == 0 || made.size() < limit) continue;
        const auto free_at = made[made.size() - limit] + windows[i];
        if (free_at > at)
            wait =
                std::max<std::int64_t>(wait, std::chrono::ceil<std::chrono::seconds>(free_at - at).count());
    }
    if (wait == 0) made.push_back(at);
    return wait;
}

void require_answers(const EventType& type, const json::array& answers) {
    for (std::size_t i = 0; i < answers.size(); ++i)
        require_answer(type, answers[i], "questions_and_answers[" + std::to_string(i) + "]");
    for (const auto& value : type.custom_questions) {
        const auto& question = value.get_object();
        if (!is_true(question, "enabled", true) || !is_true(question, "required", false)) continue;
        const auto name = text_of(question, "name");
        const bool is_answered = std::any_of(answers.begin(), answers.end(), [&](const auto& answer) {
            return text_of(answer.get_object(), "question") == name;
        });
        if (!is_answered) throw blank_answers();
    }
}

void require_location(const EventType& type, const json::object* location) {
    const bool takes_none = type.locations.empty() || type.pooling_type == "round_robin";
    if (takes_none && location) throw bad("location", "must not be passed for this event type");
    if (takes_none) return;
    if (!location) throw bad("location", "is missing");
    const auto kind = text_of(*location, "kind");
    const bool is_offered = std::any_of(type.locations.begin(), type.locations.end(), [&](const auto& one) {
        return text_of(one.get_object(), "kind") == kind;
    });
    if (!is_offered) throw bad("location.kind", "is none of the event type's");
    if (needs_place(kind) && text_of(*location, "location").empty())
        throw CalendlyRefusal(400, "Invalid Argument",
                              "location.location is required when location.kind is " + kind);
}

void require_tracking(const json::object* tracking) {
    if (!tracking) return;
    for (const auto* name :
         {"utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term", "salesforce_uuid"})
        if (!tracking->contains(name)) throw bad(std::string("tracking.") + name, "is missing");
}

}  // namespace sandbox
