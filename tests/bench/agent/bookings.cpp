#include "bench/agent/bookings.hpp"

#include <charconv>

#include <fmt/format.h>

namespace bench {
namespace {

constexpr std::string_view mark = "BENCH";
constexpr std::size_t digits = 16;

std::string id_of(std::uint64_t number) {
    return fmt::format("{}{:0{}}", mark, number, digits);
}

// Spreads neighbouring numbers over the whole range (the finalizer of SplitMix64).
std::uint64_t scattered(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

std::string prose(std::uint64_t number, std::size_t size) {
    constexpr std::string_view alphabet = "etaoin shrdlu cmfwyp vbgkjqxz TA";
    static_assert(alphabet.size() == 32);
    std::string text;
    std::uint64_t random = 0;
    for (std::size_t i = 0; i < size; ++i, random >>= 5) {
        if (i % 12 == 0) random = scattered(number * 1000 + i);
        text += alphabet[random & 31];
    }
    return text;
}

std::string event_of(std::uint64_t number, bool brief) {
    const auto id = id_of(number);
    const auto hour = 8 + number % 9, day = 1 + number / 9 % 28;
    std::string event = fmt::format(
        R"({{"uri":"https://api.calendly.com/scheduled_events/{}","name":"Discovery call","status":"active",)"
        R"("start_time":"2031-03-{:02}T{:02}:00:00.000000Z","end_time":"2031-03-{:02}T{:02}:30:00.000000Z",)"
        R"("event_type":"https://api.calendly.com/event_types/DISCOVERYCALL001")",
        id, day, hour, day, hour);
    if (!brief)
        event += fmt::format(
            R"(,"location":{{"type":"zoom","status":"pushed","join_url":"https://quay.example/j/{}",)"
            R"("data":{{"id":{},"settings":{{"global_dial_in_numbers":[]}},"password":"not for anyone"}}}},)"
            R"("invitees_counter":{{"total":1,"active":1,"limit":1}},)"
            R"("event_memberships":[{{"user":"https://api.calendly.com/users/HOST000000000001",)"
            R"("user_email":"maren.solberg@quay.example","user_name":"Maren Solberg"}}],)"
            R"("event_guests":[],"meeting_notes_plain":null,"meeting_notes_html":null,)"
            R"("created_at":"2030-11-04T19:52:17.240878Z","updated_at":"2030-11-04T19:52:17.240878Z")",
            number, number);
    return event + "}";
}

std::string questions_of(std::uint64_t number, const std::string& last_answer) {
    return fmt::format(R"([{{"question":"Company","answer":"Dock & Co {0}","position":0}},)"
                       R"({{"question":"What is your role?","answer":"Harbour master","position":1}},)"
                       R"({{"question":"Phone number","answer":"+336{1:08}","position":2}},)"
                       R"({{"question":"What should we talk about?","answer":"{2}","position":3}}])",
                       number, number % 100'000'000, last_answer);
}

// Without its closing brace.
std::string invitee_of(std::uint64_t number, bool brief, const std::string& last_answer) {
    const auto id = id_of(number);
    std::string invitee = fmt::format(
        R"({{"uri":"https://api.calendly.com/scheduled_events/{0}/invitees/{0}",)"
        R"("email":"{0}@quay.example","name":"Ann Bee {1}","status":"active","rescheduled":false,)"
        R"("event":"https://api.calendly.com/scheduled_events/{0}","timezone":"Europe/Lisbon",)"
        R"("created_at":"2030-11-04T19:52:17.240878Z","updated_at":"2030-11-04T19:52:17.240878Z")",
        id, number);
    if (brief) return invitee;
    invitee += fmt::format(
        R"(,"first_name":null,"last_name":null,"new_invitee":null,"old_invitee":null,"no_show":null,)"
        R"("cancel_url":"https://calendly.com/cancellations/{0}",)"
        R"("reschedule_url":"https://calendly.com/reschedulings/{0}","payment":null,"reconfirmation":null,)"
        R"("routing_form_submission":null,"invitee_scheduled_by":null,"scheduling_method":null,)"
        R"("text_reminder_number":null,"tracking":{{"utm_campaign":"spring","utm_source":"site",)"
        R"("utm_medium":"banner","utm_content":null,"utm_term":null,"salesforce_uuid":null}},)"
        R"("questions_and_answers":)",
        id);
    return invitee + questions_of(number, last_answer);
}

std::string delivery(std::uint64_t number, bool brief, const std::string& last_answer) {
    return R"({"event":"invitee.created","created_at":"2030-11-04T19:52:18.000000Z",)"
           R"("created_by":"https://api.calendly.com/users/HOST000000000001","payload":)" +
           invitee_of(number, brief, last_answer) + R"(,"scheduled_event":)" + event_of(number, brief) + "}}";
}

}  // namespace

std::string delivery_of(std::uint64_t number, const BookingShape& shape) {
    if (shape.brief) return delivery(number, true, {});
    const auto least = delivery(number, false, {}).size();
    const auto size = shape.smallest + scattered(number) % (shape.largest - shape.smallest + 1);
    return delivery(number, false, prose(number, std::max(size, least) - least));
}

std::string event_answer(std::uint64_t number) {
    return R"({"resource":)" + event_of(number, false) + "}";
}

std::string invitee_answer(std::uint64_t number) {
    return R"({"resource":)" + invitee_of(number, false, "Anything.") + "}}";
}

std::string event_type_answer() {
    return R"({"resource":{"uri":"https://api.calendly.com/event_types/DISCOVERYCALL001","name":"Discovery call",)"
           R"("active":true,"kind":"solo","duration":30,"slug":"discovery-call","deleted_at":null}})";
}

std::optional<std::uint64_t> number_in(std::string_view text) {
    // An e-mail address is written in lower case.
    auto at = text.find(mark);
    if (const auto lower = text.find("bench0"); lower < at) at = lower;
    if (at == text.npos || text.size() < at + mark.size() + digits) return std::nullopt;
    const auto* const begin = text.data() + at + mark.size();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(begin, begin + digits, number);
    if (error != std::errc() || end != begin + digits) return std::nullopt;
    return number;
}

}  // namespace bench
