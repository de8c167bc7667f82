// The calls of Calendly's API that book, cancel and mark, and those that show when a booking is possible.
#include "sandbox/calendly_api.hpp"
#include "sandbox/ids.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

constexpr std::chrono::days longest_availability{31};
constexpr std::chrono::days longest_busy_range{7};
constexpr std::chrono::minutes slot_step{30};
constexpr std::size_t longest_reason = 10000;
constexpr std::size_t most_guests = 10;

struct Range {
    Instant from;
    Instant to;
};

Range requested_range(const Call& call, std::chrono::days longest) {
    required_parameter(call, "start_time");
    required_parameter(call, "end_time");
    const Range range{*instant_parameter(call, "start_time"), *instant_parameter(call, "end_time")};
    if (range.to <= range.from) throw invalid_argument({{"end_time", "must be after start_time"}});
    if (range.to - range.from > longest)
        throw invalid_argument(
            {{"end_time", "must be within " + std::to_string(longest.count()) + " days of start_time"}});
    return range;
}

Instant round_up(Instant instant, std::chrono::minutes step) {
    const auto since = instant.time_since_epoch();
    const auto steps = (since + step - std::chrono::microseconds(1)) / step;
    return Instant(steps * step);
}

// {kind, location?} of a request becomes {type, location?} of an event.
json::object booked_location(const json::object& requested, Fields& outer) {
    Fields fields(requested);
    json::object location{{"type", fields.required_text("kind")}};
    if (const auto place = fields.text("location")) location["location"] = *place;
    const std::string kind(location.at("type").get_string());
    if (kind.ends_with("_conference")) {
        location["status"] = "pushed";
        location["join_url"] =
            "https://calendly.com/events/" + new_id() + "/" + kind.substr(0, kind.find('_'));
    }
    fields.only({"kind", "location"});
    for (const auto& error : fields.errors()) outer.fail("location." + error.parameter, error.message);
    return location;
}

void read_invitee(const json::object& object, Fields& outer, BookingRequest& request) {
    Fields fields(object);
    fields.only({"name", "first_name", "last_name", "email", "timezone", "text_reminder_number"});
    request.email = fields.required_text("email");
    if (request.email.find('@') == std::string::npos) fields.fail("email", "is not an e-mail address");
    request.timezone = fields.required_text("timezone");
    request.first_name = fields.text("first_name");
    request.last_name = fields.text("last_name");
    request.text_reminder_number = fields.text("text_reminder_number");
    if (request.first_name) {
        request.name = *request.first_name + (request.last_name ? " " + *request.last_name : "");
    } else {
        request.name = fields.required_text("name");
    }
    for (const auto& error : fields.errors()) outer.fail("invitee." + error.parameter, error.message);
}

// Null when absent or null.
const json::object* object_in(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    return value ? value->if_object() : nullptr;
}

json::array guests_of(const std::vector<std::string>& emails, Instant at) {
    json::array guests;
    for (const auto& email : emails)
        guests.push_back({{"email", email}, {"created_at", to_text(at)}, {"updated_at", to_text(at)}});
    return guests;
}

BookingRequest read_booking(const json::object& body, Instant at) {
    Fields fields(body);
    BookingRequest request;
    fields.only({"event_type", "start_time", "invitee", "location", "questions_and_answers", "tracking",
                 "event_guests"});
    const auto type = fields.required_text("event_type");
    request.start = fields.instant("start_time");
    if (!request.start) fields.fail("start_time", "can't be blank");
    const auto* invitee = fields.object("invitee");
    if (invitee) read_invitee(*invitee, fields, request);
    if (!invitee) fields.fail("invitee", "can't be blank");
    if (const auto* location = fields.object("location"))
        request.location = booked_location(*location, fields);
    if (const auto* answers = fields.array("questions_and_answers")) request.questions_and_answers = *answers;
    if (const auto* tracking = fields.object("tracking")) request.tracking = *tracking;
    const auto guests = fields.texts("event_guests").value_or(std::vector<std::string>());
    if (guests.size() > most_guests) fields.fail("event_guests", "must be at most 10");
    request.guests = guests_of(guests, at);
    request.scheduling_method = "api";
    require_valid(fields);
    request.event_type = id_of("event_types", type, "event_type");
    return request;
}

}  // namespace

void CalendlyApi::add_booking_routes() {
    on("POST", "/scheduled_events/{event}/cancellation", {"scheduled_events:write"},
       [this](const Call& call) { return cancel_event(call); });
    on("POST", "/invitees", {"scheduled_events:write"},
       [this](const Call& call) { return create_invitee(call); });
    on("POST", "/invitee_no_shows", {"scheduled_events:write"},
       [this](const Call& call) { return create_no_show(call); });
    on("DELETE", "/invitee_no_shows/{id}", {"scheduled_events:write"},
       [this](const Call& call) { return delete_no_show(call); });
    on("POST", "/scheduling_links", {"scheduling_links:write"},
       [this](const Call& call) { return create_scheduling_link(call); });
}

json::object CalendlyApi::list_available_times(const Call& call) const {
    const auto& type =
        state_.event_type(id_of("event_types", required_parameter(call, "event_type"), "event_type"));
    const auto range = requested_range(call, longest_availability);
    if (range.from < at_) throw invalid_argument({{"start_time", "must be in the future"}});
    const std::string page = "https://calendly.com/" + state_.user(type.owner).slug + "/" + type.slug + "/";
    json::array times;
    for (Instant start = round_up(range.from, slot_step); start < range.to; start += slot_step) {
        const auto places = state_.places_left(type, start);
        if (places < 1) continue;
        times.push_back({{"status", "available"},
                         {"invitees_remaining", places},
                         {"start_time", to_text(start)},
                         {"scheduling_url", page + to_text(start)}});
    }
    return {{"collection", std::move(times)}};
}

json::object CalendlyApi::list_busy_times(const Call& call) const {
    const auto user = id_of("users", required_parameter(call, "user"), "user");
    state_.user(user);
    const auto range = requested_range(call, longest_busy_range);
    std::vector<const ScheduledEvent*> busy;
    for (const auto& id : state_.event_ids()) {
        const auto& event = state_.event(id);
        if (event.host == user && !event.cancellation && event.start < range.to && event.end > range.from)
            busy.push_back(&event);
    }
    std::stable_sort(busy.begin(), busy.end(),
                     [](const auto* a, const auto* b) { return a->start < b->start; });
    json::array times;
    for (const auto* event : busy)
        times.push_back({{"type", "calendly"},
                         {"start_time", to_text(event->start)},
                         {"end_time", to_text(event->end)},
                         {"buffered_start_time", to_text(event->start)},
                         {"buffered_end_time", to_text(event->end)},
                         {"event", {{"uri", calendly_uri("scheduled_events", event->id)}}}});
    return {{"collection", std::move(times)}};
}

Answer CalendlyApi::cancel_event(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"reason"});
    const auto reason = fields.text("reason");
    if (reason && reason->size() > longest_reason) fields.fail("reason", "must be at most 10000 characters");
    require_valid(fields);
    const auto& event = state_.event(call.captured.at("event"));
    if (event.start < at_) throw permission_denied("Event in the past");
    const Cancellation cancellation{state_.owner().name, "host", reason, at_};
    for (const auto& id : state_.cancel_event(event.id, cancellation))
        publish_(invitee_occurrence(state_, "invitee.canceled", state_.invitee(id), at_));
    return resource(to_json(cancellation), 201);
}

Answer CalendlyApi::create_invitee(const Call& call) {
    const auto body = parse_object(call.body);
    auto request = read_booking(body, at_);
    const auto& type = state_.event_type(request.event_type);
    if (type.deleted_at) throw not_found();
    if (!type.active || type.is_paid || type.booking_method != "instant")
        throw permission_denied("This event type cannot be booked by the Scheduling API.");
    require_answers(type, request.questions_and_answers);
    require_location(type, object_in(body, "location"));
    require_tracking(object_in(body, "tracking"));
    if (*request.start <= at_) throw invalid_argument({{"start_time", "must be in the future"}});
    const bool is_offered = *request.start == round_up(*request.start, slot_step);
    if (!is_offered || state_.places_left(type, *request.start) < 1) throw booking_rules_.taken_refusal();
    if (const auto wait = booking_rules_.take(access_->user, at_); wait > 0) {
        CalendlyRefusal refusal{429, "Too Many Requests", "The limit of bookings is reached."};
        refusal.retry_after = wait;
        throw refusal;
    }
    const auto& invitee = state_.book(std::move(request), at_);
    publish_(invitee_occurrence(state_, "invitee.created", invitee, at_));
    return resource(to_json(state_, invitee), 201);
}

Answer CalendlyApi::create_no_show(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"invitee"});
    const auto uri = fields.required_text("invitee");
    require_valid(fields);
    const auto& invitee = state_.invitee(last_segment(uri));
    if (uri != invitee_uri(invitee)) throw not_found();
    const auto& no_show = state_.mark_no_show(invitee.id, at_);
    publish_(invitee_occurrence(state_, "invitee_no_show.created", invitee, at_));
    return resource(to_json(state_, no_show), 201);
}

Answer CalendlyApi::delete_no_show(const Call& call) {
    const auto invitee = state_.undo_no_show(call.captured.at("id"));
    publish_(invitee_occurrence(state_, "invitee_no_show.deleted", state_.invitee(invitee), at_));
    Answer answer;
    answer.status = 204;
    return answer;
}

Answer CalendlyApi::create_scheduling_link(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"max_event_count", "owner", "owner_type"});
    const auto owner = fields.required_text("owner");
    if (fields.integer("max_event_count") != 1) fields.fail("max_event_count", "must be 1");
    if (fields.text("owner_type") != "EventType") fields.fail("owner_type", "must be EventType");
    require_valid(fields);
    const auto& type = state_.event_type(id_of("event_types", owner, "owner"));
    return resource({{"booking_url", "https://calendly.com/d/" + new_id().substr(0, 13) + "/" + type.slug},
                     {"owner", owner},
                     {"owner_type", "EventType"}},
                    201);
}

}  // namespace sandbox
