#include "rules/booking_refusal.hpp"

#include <charconv>
#include <optional>

#include <boost/json.hpp>

#include "text/text.hpp"

namespace rules {
namespace {

namespace json = boost::json;
using Kind = BookingRefusal::Kind;

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(json::string_view(name.data(), name.size()));
    const auto* text = value ? value->if_string() : nullptr;
    return text ? text::lower_case({text->data(), text->size()}) : std::string();
}

// The place and the words of one complaint.
struct Complaint {
    std::string parameter, message, code;
};

std::vector<Complaint> complaints_in(const json::object& body) {
    std::vector<Complaint> complaints;
    const auto* value = body.if_contains("details");
    if (const auto* list = value ? value->if_array() : nullptr)
        for (const auto& item : *list)
            if (const auto* object = item.if_object())
                complaints.push_back(
                    {text_of(*object, "parameter"), text_of(*object, "message"), text_of(*object, "code")});
    const auto message = text_of(body, "message");
    // "questions_and_answers[0].question: is missing"
    const auto colon = message.find(": ");
    complaints.push_back({colon == message.npos ? "" : message.substr(0, colon), message, ""});
    return complaints;
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
}

bool says_taken(const Complaint& one) {
    return one.code == "already_filled" || has(one.message, "no longer available") ||
           has(one.parameter, "start_time");
}

bool says_limit(const Complaint& one) {
    return has(one.message, "limit") && has(one.message, "booking");
}

// "questions_and_answers[3].answer" -> 3
std::optional<std::int64_t> index_in(const std::string& parameter) {
    const auto bracket = parameter.find('[');
    if (bracket == parameter.npos) return std::nullopt;
    std::int64_t index = 0;
    const char* begin = parameter.data() + bracket + 1;
    const auto [end, error] = std::from_chars(begin, parameter.data() + parameter.size(), index);
    if (error != std::errc()) return std::nullopt;
    return index;
}

// Which member of the visitor's the complaint is about, and what to say; nothing when it is about none.
std::optional<FieldError> as_field_error(const Complaint& one) {
    const auto& place = one.parameter;
    const auto& words = one.message;
    if (has(place, "questions_and_answers") || has(words, "questions and answers")) {
        const auto index = index_in(place);
        return FieldError{index ? "answers[" + std::to_string(*index) + "]" : "answers",
                          has(words, "blank") || has(words, "missing") ? "is required" : "is not accepted"};
    }
    if (has(place, "location") || has(words, "location.location"))
        return FieldError{"location", "is not accepted, or something is missing in it"};
    if (has(place, "event_guests")) return FieldError{"guests", "are not accepted"};
    if (has(place, "text_reminder_number"))
        return FieldError{"text_reminder_number", "is no phone number that can get texts"};
    for (const auto* name : {"email", "timezone", "first_name", "last_name", "name"})
        if (has(place, name)) return FieldError{name, "is not accepted"};
    return std::nullopt;
}

BookingRefusal judge_body(unsigned status, const std::vector<Complaint>& complaints) {
    for (const auto& one : complaints)
        if (says_taken(one)) return {Kind::taken};
    for (const auto& one : complaints)
        if (says_limit(one)) return {Kind::limited};
    for (const auto& one : complaints)
        if (auto error = as_field_error(one)) return {Kind::invalid, std::move(*error)};
    if (status == 404) return {Kind::not_bookable};
    return {Kind::unavailable};
}

}  // namespace

BookingRefusal judge_booking_refusal(unsigned status, std::string_view body) {
    if (status == 409) return {Kind::taken};
    if (status == 429) return {Kind::limited};
    if (status < 400 || status >= 500 || status == 408 || status == 425) return {Kind::unknown};
    boost::system::error_code error;
    const auto parsed = json::parse({body.data(), body.size()}, error);
    const auto* object = error ? nullptr : parsed.if_object();
    if (!object) return {status == 401 || status == 403 ? Kind::unavailable : Kind::unknown};
    return judge_body(status, complaints_in(*object));
}

}  // namespace rules
