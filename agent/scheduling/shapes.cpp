#include "scheduling/shapes.hpp"

#include <boost/json.hpp>

#include "calendly/json_reader.hpp"
#include "rules/booking_token.hpp"
#include "rules/calendar_file.hpp"
#include "scheduling/site.hpp"

namespace scheduling {
namespace {

namespace json = boost::json;
using Code = Refusal::Code;

json::value or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(json::string_view(text.data(), text.size()));
}

json::array locations_of(const calendly::BookableType& type) {
    json::array locations;
    if (type.pooling == "round_robin") return locations;  // none may be chosen
    for (const auto& choice : type.locations) {
        json::object location{{"kind", choice.kind}, {"needs", or_null(rules::needs_of(choice.kind))}};
        if (!choice.location.empty()) location["location"] = choice.location;
        locations.push_back(std::move(location));
    }
    return locations;
}

json::array questions_of(const calendly::BookableType& type) {
    json::array questions;
    for (const auto& question : type.questions)
        questions.push_back({{"position", question.position},
                             {"text", question.text},
                             {"type", question.type},
                             {"required", question.is_required},
                             {"choices", json::value_from(question.choices)},
                             {"other", question.allows_other}});
    return questions;
}

std::string_view name_of(Code code) {
    switch (code) {
        case Code::malformed:
        case Code::invalid:
            return "invalid";
        case Code::taken:
            return "taken";
        case Code::in_progress:
            return "in_progress";
        case Code::group:
            return "group";
        case Code::not_bookable:
            return "not_bookable";
        case Code::limited:
            return "limited";
        case Code::forbidden:
            return "forbidden";
        case Code::unavailable:
            break;
    }
    return "unavailable";
}

std::string kind_in(const calendly::ListedEvent& event) {
    const auto location = calendly::JsonReader(event.json, "event").object("location");
    return location ? location->string("type") : std::string();
}

std::string calendar_of(const Booked& booked, calendly::Timestamp now) {
    rules::Meeting meeting{booked.id, booked.type_name, booked.start, booked.end, booked.location};
    if (!booked.reschedule_url.empty()) meeting.description = "Reschedule: " + booked.reschedule_url;
    if (!booked.cancel_url.empty()) meeting.description += "\nCancel: " + booked.cancel_url;
    meeting.is_canceled = booked.is_canceled;
    return rules::calendar_file(meeting, now);
}

}  // namespace

std::string to_text(calendly::Timestamp time) {
    constexpr std::size_t to_the_second = 19;
    return calendly::to_string(time).substr(0, to_the_second) + "Z";
}

json::object to_json(const calendly::BookableType& type) {
    return {{"id", id_of_type(type.uri)},
            {"name", type.name},
            {"description", type.description},
            {"duration_minutes", type.duration},
            {"kind", type.kind},
            {"pooling", or_null(type.pooling)},
            {"locations", locations_of(type)},
            {"questions", questions_of(type)},
            {"scheduling_url", type.scheduling_url},
            {"color", type.color}};
}

json::object to_json(const Times& times, calendly::Timestamp until) {
    json::array list;
    for (const auto& time : times)
        list.push_back({{"start", to_text(time.start)}, {"remaining", time.remaining}});
    return {{"times", std::move(list)}, {"until", to_text(until)}};
}

json::object to_json(const Refusal& refusal) {
    const auto code = name_of(refusal.code);
    json::object error{{"code", json::string_view(code.data(), code.size())}, {"message", refusal.message}};
    if (!refusal.field.empty()) error["field"] = refusal.field;
    if (refusal.code == Code::taken) {
        json::array alternatives;
        for (const auto start : refusal.alternatives)
            alternatives.push_back(json::object{{"start", to_text(start)}});
        error["alternatives"] = std::move(alternatives);
    }
    if (!refusal.scheduling_url.empty()) error["scheduling_url"] = refusal.scheduling_url;
    if (!refusal.cancel_url.empty()) error["cancel_url"] = refusal.cancel_url;
    return {{"error", std::move(error)}};
}

Booked booked_of(const calendly::Invitee& invitee, const std::optional<calendly::ListedEvent>& event) {
    Booked booked;
    booked.id = rules::to_string({id_of_type(invitee.event), id_of_type(invitee.uri)});
    booked.timezone = invitee.timezone;
    booked.cancel_url = invitee.cancel_url;
    booked.reschedule_url = invitee.reschedule_url;
    booked.is_canceled = invitee.cancellation.has_value();
    if (!event) return booked;
    booked.type_name = event->event.name;
    booked.start = event->event.start_time.value_or(calendly::Timestamp{});
    booked.end = event->event.end_time.value_or(booked.start);
    booked.location_kind = kind_in(*event);
    booked.location = event->event.join_url.empty() ? event->event.location : event->event.join_url;
    if (booked.location == booked.location_kind) booked.location.clear();
    booked.host = event->event.host_name;
    booked.is_canceled |= event->status == "canceled";
    return booked;
}

json::object to_json(const Booked& booked, const std::string& cancel_token, calendly::Timestamp now) {
    json::value location = nullptr;
    if (!booked.location_kind.empty()) {
        json::object place{{"kind", booked.location_kind}};
        if (!booked.location.empty()) place["location"] = booked.location;
        location = std::move(place);
    }
    return {{"id", booked.id},
            {"start", to_text(booked.start)},
            {"end", to_text(booked.end)},
            {"timezone", booked.timezone},
            {"location", std::move(location)},
            {"host", or_null(booked.host)},
            {"cancel_token", cancel_token},
            {"cancel_url", booked.cancel_url},
            {"reschedule_url", booked.reschedule_url},
            {"ics", calendar_of(booked, now)}};
}

}  // namespace scheduling
