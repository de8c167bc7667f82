#include "calendly/parse.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "calendly/json_reader.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

json::value parse_json(std::string_view body) {
    boost::system::error_code error;
    auto value = json::parse({body.data(), body.size()}, error);
    if (error) throw ShapeError("not JSON: " + error.message());
    return value;
}

std::vector<Answer> parse_answers(const JsonReader& reader) {
    std::vector<Answer> answers;
    const auto* array = reader.array("questions_and_answers");
    if (!array) return answers;
    for (const auto& item : *array) {
        const JsonReader answer(item, reader.place_of("questions_and_answers[]"));
        answers.push_back({answer.string("question"), answer.string("answer")});
    }
    return answers;
}

Tracking parse_tracking(const JsonReader& reader) {
    Tracking tracking;
    if (!reader.find("tracking")) return tracking;
    const auto source = reader.object("tracking");
    for (const auto* name : {"utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term"})
        if (auto value = source.string(name); !value.empty()) tracking.emplace_back(name, std::move(value));
    return tracking;
}

Cancellation parse_cancellation(const JsonReader& reader) {
    return {reader.string("canceler_type"), reader.string("reason"), reader.time("created_at")};
}

NoShow parse_no_show(const JsonReader& reader) {
    return {reader.required_string("uri"), reader.string("invitee"), reader.time("created_at")};
}

Invitee parse_invitee(const JsonReader& reader) {
    Invitee invitee;
    invitee.uri = reader.required_string("uri");
    invitee.email = reader.required_string("email");
    invitee.name = reader.string("name");
    invitee.first_name = reader.string("first_name");
    invitee.last_name = reader.string("last_name");
    invitee.event = reader.required_string("event");
    invitee.timezone = reader.string("timezone");
    invitee.text_reminder_number = reader.string("text_reminder_number");
    invitee.cancel_url = reader.string("cancel_url");
    invitee.reschedule_url = reader.string("reschedule_url");
    invitee.old_invitee = reader.string("old_invitee");
    invitee.new_invitee = reader.string("new_invitee");
    invitee.rescheduled = reader.boolean("rescheduled");
    invitee.answers = parse_answers(reader);
    invitee.tracking = parse_tracking(reader);
    if (reader.find("cancellation")) invitee.cancellation = parse_cancellation(reader.object("cancellation"));
    if (reader.find("no_show")) invitee.no_show = parse_no_show(reader.object("no_show"));
    invitee.created_at = reader.required_time("created_at");
    invitee.updated_at = reader.time("updated_at").value_or(invitee.created_at);
    return invitee;
}

// "Zoom", an address, a phone number: whichever a person would call the place.
std::string describe_location(const JsonReader& location) {
    for (const auto* name : {"location", "phone_number"})
        if (const auto* value = location.find(name); value && value->is_string())
            return location.string(name);
    return location.string("type");
}

void parse_host(const JsonReader& reader, ScheduledEvent& event) {
    const auto* memberships = reader.array("event_memberships");
    if (!memberships || memberships->empty()) return;
    const JsonReader host(memberships->front(), reader.place_of("event_memberships[]"));
    event.host_name = host.string("user_name");
    event.host_email = host.string("user_email");
}

ScheduledEvent parse_scheduled_event(const JsonReader& reader) {
    ScheduledEvent event;
    event.uri = reader.required_string("uri");
    event.name = reader.string("name");
    event.event_type = reader.string("event_type");
    event.start_time = reader.time("start_time");
    event.end_time = reader.time("end_time");
    if (reader.find("location")) {
        const auto location = reader.object("location");
        event.location = describe_location(location);
        event.join_url = location.string("join_url");
    }
    parse_host(reader, event);
    event.updated_at = reader.time("updated_at");
    return event;
}

RoutingFormSubmission parse_routing_form(const JsonReader& reader) {
    return {reader.required_string("uri"), parse_answers(reader), parse_tracking(reader),
            reader.required_time("created_at")};
}

DeliveryKind kind_of(std::string_view event) {
    if (event == "invitee.created") return DeliveryKind::invitee_created;
    if (event == "invitee.canceled") return DeliveryKind::invitee_canceled;
    if (event == "invitee_no_show.created") return DeliveryKind::no_show_created;
    if (event == "invitee_no_show.deleted") return DeliveryKind::no_show_deleted;
    if (event == "routing_form_submission.created") return DeliveryKind::routing_form_submission;
    if (event.starts_with("event_type.")) return DeliveryKind::event_type;
    return DeliveryKind::other;
}

// What the event says must be in the payload.
void check_invitee(const Delivery& delivery) {
    if (delivery.kind == DeliveryKind::no_show_created && !delivery.invitee->no_show)
        throw ShapeError("payload.no_show: missing in invitee_no_show.created");
}

void parse_payload(const JsonReader& payload, Delivery& delivery) {
    if (delivery.kind == DeliveryKind::routing_form_submission) {
        delivery.routing_form = parse_routing_form(payload);
    } else if (delivery.kind == DeliveryKind::event_type) {
        delivery.resource_uri = payload.string("uri");
    } else {
        delivery.invitee = parse_invitee(payload);
        if (payload.find("scheduled_event"))
            delivery.scheduled_event = parse_scheduled_event(payload.object("scheduled_event"));
        check_invitee(delivery);
    }
}

}  // namespace

Delivery parse_delivery(std::string_view body) {
    const auto value = parse_json(body);
    const JsonReader envelope(value, "");
    Delivery delivery;
    delivery.event = envelope.required_string("event");
    delivery.kind = kind_of(delivery.event);
    if (delivery.kind == DeliveryKind::other) return delivery;
    delivery.created_at = envelope.required_time("created_at");
    parse_payload(envelope.object("payload"), delivery);
    return delivery;
}

json::value parse_resource(std::string_view body) {
    const auto value = parse_json(body);
    const JsonReader answer(value, "");
    const auto* resource = answer.find("resource");
    if (!resource) throw ShapeError("resource: missing");
    return *resource;
}

ScheduledEvent parse_scheduled_event(const json::value& resource) {
    return parse_scheduled_event(JsonReader(resource, "resource"));
}

Invitee parse_invitee(const json::value& resource) {
    return parse_invitee(JsonReader(resource, "resource"));
}

NoShow parse_no_show(const json::value& resource) {
    return parse_no_show(JsonReader(resource, "resource"));
}

EventType parse_event_type(const json::value& resource) {
    const JsonReader reader(resource, "resource");
    return {reader.required_string("uri"), reader.string("name")};
}

}  // namespace calendly
