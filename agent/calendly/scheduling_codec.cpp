#include "calendly/scheduling_codec.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "calendly/json_reader.hpp"
#include "calendly/parse.hpp"
#include "calendly/question.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

std::int64_t whole_number(const JsonReader& reader, std::string_view name, std::int64_t otherwise) {
    const auto* value = reader.find(name);
    boost::system::error_code error;
    const auto number = value && value->is_number() ? value->to_number<std::int64_t>(error) : otherwise;
    return error ? otherwise : number;
}

std::vector<LocationChoice> parse_locations(const JsonReader& type) {
    std::vector<LocationChoice> locations;
    for (const auto& reader : type.objects("locations")) {
        LocationChoice choice{reader.string("kind"), reader.string("location")};
        if (choice.location.empty()) choice.location = reader.string("phone_number");
        if (!choice.kind.empty()) locations.push_back(std::move(choice));
    }
    return locations;
}

json::value or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object invitee_of(const NewBooking& booking) {
    json::object invitee{{"email", booking.email}, {"timezone", booking.timezone}};
    if (booking.name.empty()) {
        invitee["first_name"] = booking.first_name;
        invitee["last_name"] = booking.last_name;
    } else {
        invitee["name"] = booking.name;
    }
    if (!booking.text_reminder_number.empty()) invitee["text_reminder_number"] = booking.text_reminder_number;
    return invitee;
}

// All six of them, or none.
json::object tracking_of(const Tracking& given) {
    constexpr std::array<std::string_view, 6> names = {"utm_campaign", "utm_source", "utm_medium",
                                                       "utm_content",  "utm_term",   token_member};
    json::object tracking;
    for (const auto name : names) {
        const auto found = std::ranges::find(given, name, [](const auto& pair) { return pair.first; });
        tracking[json::string_view(name.data(), name.size())] =
            found == given.end() ? json::value(nullptr) : or_null(found->second);
    }
    return tracking;
}

json::array answers_of(const NewBooking& booking) {
    json::array answers;
    for (const auto& one : booking.answers)
        answers.push_back({{"question", one.question}, {"answer", one.answer}, {"position", one.position}});
    return answers;
}

}  // namespace

BookableType parse_bookable_type(const json::value& resource) {
    const JsonReader reader(resource, "resource");
    BookableType type;
    type.uri = reader.required_string("uri");
    if (const auto profile = reader.object("profile")) type.owner = profile->string("owner");
    type.name = reader.required_string("name");
    type.description = reader.string("description_plain");
    type.duration = whole_number(reader, "duration", 0);
    type.kind = reader.string("kind");
    type.pooling = reader.string("pooling_type");
    type.locations = parse_locations(reader);
    type.questions = parse_questions(reader);
    type.scheduling_url = reader.string("scheduling_url");
    type.color = reader.string("color");
    type.booking_method = reader.string("booking_method");
    type.is_active = !reader.find("active") || reader.boolean("active");
    type.is_secret = reader.boolean("secret");
    type.is_paid = reader.object("payment").has_value();
    return type;
}

std::vector<OfferedTime> parse_offered_times(std::string_view body) {
    boost::system::error_code error;
    const auto parsed = json::parse({body.data(), body.size()}, error);
    if (error) throw ShapeError("body: not JSON");
    const JsonReader reader(parsed, "body");
    const auto* list = reader.find("collection");
    if (!list || !list->is_array()) throw ShapeError("collection: expected a list");
    std::vector<OfferedTime> times;
    for (const auto& item : reader.objects("collection")) {
        const auto status = item.string("status");
        if (!status.empty() && status != "available") continue;
        times.push_back({item.required_time("start_time"), whole_number(item, "invitees_remaining", 1)});
    }
    std::ranges::sort(times, {}, &OfferedTime::start);
    return times;
}

std::string booking_body(const NewBooking& booking) {
    json::object body{{"event_type", booking.event_type},
                      {"start_time", to_string(booking.start)},
                      {"invitee", invitee_of(booking)},
                      {"tracking", tracking_of(booking.tracking)}};
    if (booking.location) {
        json::object location{{"kind", booking.location->kind}};
        if (!booking.location->location.empty()) location["location"] = booking.location->location;
        body["location"] = std::move(location);
    }
    if (!booking.answers.empty()) body["questions_and_answers"] = answers_of(booking);
    if (!booking.guests.empty()) body["event_guests"] = json::value_from(booking.guests);
    return json::serialize(body);
}

std::string token_of(const json::value& invitee) {
    try {
        const auto tracking = JsonReader(invitee, "invitee").object("tracking");
        return tracking ? tracking->string(token_member) : std::string();
    } catch (const ShapeError&) {
        return {};
    }
}

}  // namespace calendly
