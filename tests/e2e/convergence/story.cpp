#include "e2e/convergence/story.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

namespace convergence {
namespace {

constexpr const char* origin = "https://api.calendly.com/";

json::value or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::array to_json(const std::vector<Question>& answers) {
    json::array array;
    for (const auto& [question, answer] : answers)
        array.push_back({{"question", question}, {"answer", answer}});
    return array;
}

json::value to_json(const Place& place) {
    if (place.type.empty()) return nullptr;
    json::object object{{"type", place.type}};
    if (!place.location.empty()) object["location"] = place.location;
    if (!place.join_url.empty()) object["join_url"] = place.join_url;
    return object;
}

json::object to_booking(const Booking& booking) {
    const auto& details = booking.details;
    json::object action{{"do", "book"},
                        {"invitee_id", booking.id},
                        {"email", details.email},
                        {"name", details.name},
                        {"first_name", or_null(details.first_name)},
                        {"last_name", or_null(details.last_name)},
                        {"timezone", or_null(details.timezone)},
                        {"questions_and_answers", to_json(details.answers)},
                        {"text_reminder_number", or_null(details.text_reminder_number)},
                        {"location", to_json(booking.place)}};
    if (!details.utm_source.empty()) action["tracking"] = {{"utm_source", details.utm_source}};
    if (booking.joins) {
        action["event"] = booking.event;
        return action;
    }
    action["event_id"] = booking.event;
    action["event_type"] = booking.type;
    action["start_time"] = iso_text(booking.start);
    return action;
}

json::object to_reschedule(const Story& story, const Change& change) {
    const auto& next = story.bookings[change.next];
    return {{"do", "reschedule"},
            {"invitee", story.bookings[change.booking].id},
            {"new_invitee_id", next.id},
            {"new_event_id", next.event},
            {"start_time", iso_text(next.start)},
            {"email", next.details.email},
            {"name", next.details.name},
            {"questions_and_answers", to_json(next.details.answers)},
            {"order", change.new_half_first ? "created_first" : "canceled_first"}};
}

std::string text_of(Happening what) {
    switch (what) {
        case Happening::booked:
            return "booked";
        case Happening::moved:
            return "rescheduled";
        case Happening::canceled:
            return "canceled";
        case Happening::no_show:
            return "no-show";
        case Happening::undone:
            return "no-show undone";
    }
    return {};
}

std::string text_of(const Booking& booking) {
    std::string answers;
    for (const auto& [question, answer] : booking.details.answers)
        answers += fmt::format(" [{}={}]", question, answer);
    return fmt::format(
        "{} ({}, start {}, \"{}\", name \"{}\" {}, zone \"{}\", place \"{}{}\", utm \"{}\",{})", booking.id,
        booking.type, iso_text(booking.start), booking.details.email, booking.details.name,
        booking.details.first_name.empty() ? "" : "split", booking.details.timezone, booking.place.location,
        booking.place.join_url, booking.details.utm_source, answers);
}

}  // namespace

std::string iso_text(Moment moment) {
    using namespace std::chrono;
    const sys_time<microseconds> time{microseconds(moment)};
    const auto midnight = floor<days>(time);
    const year_month_day date(midnight);
    const hh_mm_ss clock(time - midnight);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::string person_of(const std::string& email) {
    const auto first = email.find_first_not_of(" \t");
    const auto last = email.find_last_not_of(" \t");
    auto person = email.substr(first, last - first + 1);
    for (auto& c : person)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return person;
}

std::vector<std::string> people_of(const Story& story) {
    std::set<std::string> people;
    for (const auto& booking : story.bookings) people.insert(person_of(booking.details.email));
    return {people.begin(), people.end()};
}

bool concerns(const Story& story, const Change& change, const std::string& person) {
    return person_of(story.bookings[change.booking].details.email) == person ||
           (change.what == Happening::moved &&
            person_of(story.bookings[change.next].details.email) == person);
}

std::vector<std::size_t> changes_of(const Story& story, const std::string& person) {
    std::vector<std::size_t> changes;
    for (std::size_t i = 0; i < story.changes.size(); ++i)
        if (concerns(story, story.changes[i], person)) changes.push_back(i);
    return changes;
}

std::string event_uri(const Booking& booking) {
    return std::string(origin) + "scheduled_events/" + booking.event;
}
std::string invitee_uri(const Booking& booking) {
    return event_uri(booking) + "/invitees/" + booking.id;
}
std::string type_uri(const Booking& booking) {
    return std::string(origin) + "event_types/" + booking.type;
}
std::string no_show_uri(const std::string& id) {
    return std::string(origin) + "invitee_no_shows/" + id;
}

json::object to_action(const Story& story, const Change& change) {
    const auto& booking = story.bookings[change.booking];
    json::object action;
    switch (change.what) {
        case Happening::booked:
            action = to_booking(booking);
            break;
        case Happening::moved:
            action = to_reschedule(story, change);
            break;
        case Happening::canceled:
            action = {{"do", "cancel"}, {"invitee", booking.id}, {"by", change.canceled_by}};
            if (change.reason) action["reason"] = *change.reason;
            break;
        case Happening::no_show:
            action = {{"do", "no_show"}, {"invitee", booking.id}, {"no_show_id", change.no_show}};
            break;
        case Happening::undone:
            action = {{"do", "undo_no_show"}, {"invitee", booking.id}};
            break;
    }
    action["created_at"] = iso_text(change.at);
    return action;
}

std::string describe(const Story& story, std::size_t index) {
    const auto& change = story.changes[index];
    const auto& booking = story.bookings[change.booking];
    auto line = fmt::format("#{} {} {} {}", index, iso_text(change.at), text_of(change.what),
                            change.what == Happening::booked ? text_of(booking) : booking.id);
    if (change.what == Happening::moved) line += " to " + text_of(story.bookings[change.next]);
    if (change.lost == LostHalf::old_half) line += ", the old half is lost";
    if (change.lost == LostHalf::new_half) line += ", the new half is lost";
    if (!change.no_show.empty()) line += " " + change.no_show;
    if (change.what == Happening::canceled)
        line += " by " + change.canceled_by + ": " + change.reason.value_or("(null)");
    return line;
}

}  // namespace convergence
