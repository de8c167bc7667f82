#include "calendly/parse.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "calendly/json_reader.hpp"
#include "calendly/mend_json.hpp"

namespace calendly {
namespace {

namespace json = boost::json;

// Deeper than anything that means something; the parser's own limit is reached by data that nobody reads.
constexpr std::size_t max_depth = 512;

// Of one whose texts had to be mended, says so.
json::value parse_json(std::string_view body, Oddities* oddities = nullptr) {
    json::parse_options options;
    options.max_depth = max_depth;
    boost::system::error_code error;
    auto value = json::parse({body.data(), body.size()}, error, {}, options);
    if (!error) return value;
    const auto mended = mend_json(body);
    value = json::parse(mended, error, {}, options);
    if (error) throw ShapeError("not JSON: " + error.message());
    if (oddities) oddities->emplace_back("body");
    return value;
}

std::vector<Answer> parse_answers(const JsonReader& reader) {
    std::vector<Answer> answers;
    for (const auto& one : reader.objects("questions_and_answers"))
        answers.push_back({one.string("question"), one.lines("answer")});
    return answers;
}

Tracking parse_tracking(const JsonReader& reader) {
    Tracking tracking;
    const auto source = reader.object("tracking");
    if (!source) return tracking;
    for (const auto* name : {"utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term"})
        if (auto value = source->string(name); !value.empty()) tracking.emplace_back(name, std::move(value));
    return tracking;
}

Cancellation parse_cancellation(const JsonReader& reader) {
    return {reader.string("canceler_type"), reader.string("reason"), reader.time("created_at")};
}

NoShow parse_no_show(const JsonReader& reader) {
    return {reader.required_string("uri"), reader.string("invitee"), reader.time("created_at")};
}

// Of an invitee: one that nobody can ask for again says nothing.
std::optional<NoShow> parse_embedded_no_show(const JsonReader& reader) {
    NoShow no_show{reader.string("uri"), reader.string("invitee"), reader.time("created_at")};
    if (!no_show.uri.empty()) return no_show;
    reader.note_odd("uri");
    return std::nullopt;
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
    if (const auto known = reader.object("cancellation")) invitee.cancellation = parse_cancellation(*known);
    if (const auto known = reader.object("no_show")) invitee.no_show = parse_embedded_no_show(*known);
    invitee.created_at = reader.required_time("created_at");
    invitee.updated_at = reader.time("updated_at").value_or(invitee.created_at);
    return invitee;
}

// "Zoom", an address, a phone number: whichever a person would call the place.
std::string describe_location(const JsonReader& location) {
    for (const auto* name : {"location", "phone_number"})
        if (auto text = location.string(name); !text.empty()) return text;
    return location.string("type");
}

void parse_location(const JsonReader& reader, ScheduledEvent& event) {
    const auto location = reader.object("location");
    if (!location) {
        event.location = reader.string("location");
        return;
    }
    event.location = describe_location(*location);
    event.join_url = location->string("join_url");
}

void parse_host(const JsonReader& reader, ScheduledEvent& event) {
    const auto hosts = reader.objects("event_memberships");
    if (hosts.empty()) return;
    event.host_name = hosts.front().string("user_name");
    event.host_email = hosts.front().string("user_email");
}

// All but its URI.
ScheduledEvent parse_event_members(const JsonReader& reader) {
    ScheduledEvent event;
    event.name = reader.string("name");
    event.event_type = reader.string("event_type");
    event.start_time = reader.time("start_time");
    event.end_time = reader.time("end_time");
    parse_location(reader, event);
    parse_host(reader, event);
    event.updated_at = reader.time("updated_at");
    return event;
}

ScheduledEvent parse_scheduled_event(const JsonReader& reader) {
    auto event = parse_event_members(reader);
    event.uri = reader.required_string("uri");
    return event;
}

// Which event it is, the invitee says as well.
ScheduledEvent parse_embedded_event(const JsonReader& reader, const Invitee& invitee) {
    auto event = parse_event_members(reader);
    event.uri = reader.string("uri");
    if (!event.uri.empty()) return event;
    reader.note_odd("uri");
    event.uri = invitee.event;
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
        if (const auto event = payload.object("scheduled_event"))
            delivery.scheduled_event = parse_embedded_event(*event, *delivery.invitee);
        check_invitee(delivery);
    }
}

}  // namespace

Delivery parse_delivery(std::string_view body) {
    Delivery delivery;
    const auto value = parse_json(body, &delivery.oddities);
    const JsonReader envelope(value, "", &delivery.oddities);
    delivery.event = envelope.required_string("event");
    delivery.kind = kind_of(delivery.event);
    if (delivery.kind == DeliveryKind::other) return delivery;
    delivery.created_at = envelope.required_time("created_at");
    parse_payload(envelope.required_object("payload"), delivery);
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
