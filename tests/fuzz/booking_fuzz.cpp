// What visitors send in order to book. Input: the body. No body is a crash; what is accepted is fit for
// Calendly: one line where one is wanted, no control characters, answers to the type's own questions, a
// location of its kinds; and what Calendly is told can be read again.
#include <algorithm>

#include <boost/json.hpp>

#include "calendly/scheduling_codec.hpp"
#include "rules/booking_check.hpp"
#include "rules/booking_fields.hpp"
#include "rules/booking_refusal.hpp"
#include "rules/booking_token.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "text/text.hpp"

namespace {

namespace json = boost::json;

// A type with every kind of question and location.
calendly::BookableType full_type() {
    calendly::BookableType type;
    type.uri = "https://api.calendly.com/event_types/T";
    type.kind = "solo";
    type.questions = {{"Company", "string", {}, 0, false, false},
                      {"More", "text", {}, 1, false, false},
                      {"Phone", "phone_number", {}, 2, false, false},
                      {"Size", "single_select", {"small", "big"}, 3, false, false},
                      {"Topics", "multi_select", {"sea", "wood"}, 4, false, true}};
    type.locations = {
        {"physical", "1 High St"}, {"outbound_call", ""}, {"ask_invitee", ""}, {"zoom_conference", ""}};
    return type;
}

void require_line(const std::string& text) {
    fuzz::require(rules::mistake_in(text, 10'000, false).empty(), "a line has no control characters");
}

void require_fit(const calendly::NewBooking& booking, const calendly::BookableType& type,
                 calendly::Timestamp now) {
    fuzz::require(booking.start > now, "a start is to come");
    fuzz::require(text::is_email(booking.email), "an address is an address");
    fuzz::require(!booking.name.empty() || !booking.last_name.empty(), "somebody books");
    for (const auto* line : {&booking.email, &booking.name, &booking.first_name, &booking.last_name,
                             &booking.timezone, &booking.text_reminder_number})
        require_line(*line);
    for (const auto& guest : booking.guests) require_line(guest);
    fuzz::require(booking.guests.size() <= 10, "ten guests");
    for (const auto& answer : booking.answers) {
        const auto question =
            std::ranges::find(type.questions, answer.position, &calendly::Question::position);
        fuzz::require(question != type.questions.end() && question->text == answer.question,
                      "a question of the type");
        fuzz::require(!answer.answer.empty(), "an answer says something");
    }
    fuzz::require(booking.location.has_value(), "one of the type's locations");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto type = full_type();
    const auto now = *calendly::parse_timestamp("2026-11-30T08:00:00Z");
    const auto text = fuzz::view(data, size);
    rules::judge_booking_refusal(400, text);
    rules::parse_booking_id(text);
    rules::read_form_token("secret", "T", text, now);
    fuzz::require(!rules::is_cancel_token("secret", "E.I", text), "nobody guesses a token");
    boost::system::error_code error;
    const auto parsed = json::parse({text.data(), text.size()}, error);
    if (error || !parsed.is_object()) return 0;
    rules::requested_type(parsed.get_object());
    const auto checked = rules::check_booking(parsed.get_object(), type, now);
    if (const auto* wrong = std::get_if<rules::FieldError>(&checked)) {
        fuzz::require(!wrong->field.empty() && !wrong->message.empty(), "what is wrong is said of a field");
        return 0;
    }
    const auto& booking = std::get<calendly::NewBooking>(checked);
    require_fit(booking, type, now);
    const auto told = json::parse(calendly::booking_body(booking), error);
    fuzz::require(!error && told.at("tracking").as_object().size() == 6, "Calendly is told whole JSON");
    return 0;
}
