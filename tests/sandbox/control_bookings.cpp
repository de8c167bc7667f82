// The control API's calls that make things happen in Calendly.
#include "sandbox/control_api.hpp"
#include "sandbox/ids.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

constexpr std::string_view default_timezone = "Europe/Berlin";

// [{question, answer, position?}] as it is, numbered; {"question": "answer"} for short.
json::array read_answers(const json::object& body, Fields& fields) {
    const auto* given = body.if_contains("questions_and_answers");
    json::array answers;
    if (!given || given->is_null()) return answers;
    if (const auto* short_form = given->if_object()) {
        for (const auto& member : *short_form)
            answers.push_back(
                {{"question", member.key()}, {"answer", member.value()}, {"position", answers.size()}});
        return answers;
    }
    const auto* list = fields.array("questions_and_answers");
    for (const auto& item : list ? *list : json::array()) {
        if (!item.is_object()) fields.fail("questions_and_answers", "must be objects");
        answers.push_back(item);
        if (item.is_object() && !item.get_object().contains("position"))
            answers.back().get_object()["position"] = answers.size() - 1;
    }
    return answers;
}

void read_name(Fields& fields, BookingRequest& request) {
    request.first_name = fields.text("first_name");
    request.last_name = fields.text("last_name");
    if (request.first_name && request.last_name) {
        request.name = fields.text("name").value_or(*request.first_name + " " + *request.last_name);
    } else {
        request.name = fields.required_text("name");
    }
}

BookingRequest read_booking(const json::object& body, const CalendlyState& state, Fields& fields) {
    fields.only({"email", "name", "first_name", "last_name", "timezone", "event_type", "event", "start_time",
                 "end_time", "questions_and_answers", "text_reminder_number", "tracking", "location",
                 "event_guests", "scheduling_method", "created_at"});
    BookingRequest request;
    request.email = fields.required_text("email");
    read_name(fields, request);
    request.event_type = last_segment(fields.text("event_type").value_or(state.event_type_ids().front()));
    if (const auto event = fields.text("event")) request.event = std::string(last_segment(*event));
    request.timezone = fields.text("timezone").value_or(std::string(default_timezone));
    request.start = fields.instant("start_time");
    request.end = fields.instant("end_time");
    request.text_reminder_number = fields.text("text_reminder_number");
    request.scheduling_method = fields.text("scheduling_method");
    request.questions_and_answers = read_answers(body, fields);
    if (const auto* tracking = fields.object("tracking")) request.tracking = *tracking;
    if (const auto* location = body.if_contains("location")) request.location = *location;
    if (const auto* guests = fields.array("event_guests")) request.guests = *guests;
    return request;
}

std::string invitee_id_of(Fields& fields) {
    return std::string(last_segment(fields.required_text("invitee")));
}

Instant moment_of(Fields& fields) {
    return fields.instant("created_at").value_or(now());
}

struct Moment {
    std::string invitee;
    Instant at;
};

Moment read_moment(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"invitee", "created_at"});
    Moment moment{invitee_id_of(fields), moment_of(fields)};
    require_valid(fields);
    return moment;
}

Cancellation read_cancellation(Fields& fields, const CalendlyState& state, const std::string& invitee_name) {
    Cancellation cancellation;
    cancellation.canceler_type = fields.text("by").value_or("invitee");
    if (cancellation.canceler_type != "invitee" && cancellation.canceler_type != "host")
        fields.fail("by", "must be invitee or host");
    cancellation.canceled_by = cancellation.canceler_type == "host" ? state.owner().name : invitee_name;
    cancellation.reason = fields.text("reason");
    cancellation.created_at = moment_of(fields);
    return cancellation;
}

}  // namespace

void ControlApi::add_booking_routes() {
    router_.add("POST", "/book", [this](const Call& call) { return book(call); });
    router_.add("POST", "/cancel", [this](const Call& call) { return cancel(call); });
    router_.add("POST", "/reschedule", [this](const Call& call) { return reschedule(call); });
    router_.add("POST", "/no_show", [this](const Call& call) { return mark_no_show(call); });
    router_.add("POST", "/undo_no_show", [this](const Call& call) { return undo_no_show(call); });
    router_.add("POST", "/routing_form", [this](const Call& call) { return submit_routing_form(call); });
    router_.add("POST", "/event_types", [this](const Call& call) { return add_event_type(call); });
}

json::object ControlApi::tell(std::string event, const Invitee& invitee, Instant at) {
    const auto& calendly = world_->calendly;
    const auto deliveries =
        world_->deliveries->publish(invitee_occurrence(calendly, std::move(event), invitee, at));
    return {{"invitee", to_json(calendly, invitee)},
            {"event", to_json(calendly, calendly.event(invitee.event))},
            {"invitee_id", invitee.id},
            {"event_id", invitee.event},
            {"deliveries", json::value_from(deliveries)}};
}

Answer ControlApi::book(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    auto request = read_booking(body, world_->calendly, fields);
    const Instant at = moment_of(fields);
    require_valid(fields);
    return created(tell("invitee.created", world_->calendly.book(std::move(request), at), at));
}

Answer ControlApi::cancel(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"invitee", "by", "reason", "created_at"});
    const auto id = invitee_id_of(fields);
    require_valid(fields);
    const auto& invitee = world_->calendly.invitee(id);
    const auto cancellation = read_cancellation(fields, world_->calendly, invitee.name);
    require_valid(fields);
    world_->calendly.cancel(id, cancellation);
    return created(tell("invitee.canceled", invitee, cancellation.created_at));
}

Answer ControlApi::reschedule(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"invitee", "start_time", "email", "reason", "order", "created_at"});
    const auto id = invitee_id_of(fields);
    const RescheduleRequest request{fields.instant("start_time"), fields.text("email"),
                                    fields.text("reason")};
    const auto order = fields.text("order").value_or("canceled_first");
    if (order != "canceled_first" && order != "created_first")
        fields.fail("order", "must be canceled_first or created_first");
    const Instant at = moment_of(fields);
    require_valid(fields);
    const auto& booked = world_->calendly.reschedule(id, request, at);
    const auto& old = world_->calendly.invitee(id);
    json::object answer;
    if (order == "created_first") answer = tell("invitee.created", booked, at);
    const auto old_answer = tell("invitee.canceled", old, at);
    if (order == "canceled_first") answer = tell("invitee.created", booked, at);
    answer["old_invitee"] = old_answer.at("invitee");
    for (const auto& delivery : old_answer.at("deliveries").get_array())
        answer["deliveries"].get_array().push_back(delivery);
    return created(std::move(answer));
}

Answer ControlApi::mark_no_show(const Call& call) {
    const auto [id, at] = read_moment(call);
    const auto& no_show = world_->calendly.mark_no_show(id, at);
    auto answer = tell("invitee_no_show.created", world_->calendly.invitee(id), at);
    answer["no_show"] = to_json(world_->calendly, no_show);
    return created(std::move(answer));
}

Answer ControlApi::undo_no_show(const Call& call) {
    const auto [id, at] = read_moment(call);
    const auto& invitee = world_->calendly.invitee(id);
    if (!invitee.no_show) throw invalid_argument({{"invitee", "is not marked as a no-show"}});
    world_->calendly.undo_no_show(*invitee.no_show);
    return created(tell("invitee_no_show.deleted", invitee, at));
}

Answer ControlApi::submit_routing_form(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"questions_and_answers", "tracking", "event_type", "created_at"});
    RoutingFormSubmission submission;
    submission.id = new_id();
    for (auto& item : read_answers(body, fields)) {
        if (!item.is_object()) continue;  // already an error
        auto& answer = item.get_object();
        answer.erase("position");
        if (!answer.contains("question_uuid")) answer["question_uuid"] = new_id();
        submission.questions_and_answers.push_back(answer);
    }
    if (const auto* tracking = fields.object("tracking")) submission.tracking = *tracking;
    const auto type = fields.text("event_type").value_or(world_->calendly.event_type_ids().front());
    submission.created_at = moment_of(fields);
    require_valid(fields);
    submission.result = {{"type", "event_type"}, {"value", calendly_uri("event_types", last_segment(type))}};
    const auto deliveries =
        world_->deliveries->publish(routing_form_occurrence(world_->calendly, submission));
    return created({{"submission", to_json(submission)}, {"deliveries", json::value_from(deliveries)}});
}

Answer ControlApi::add_event_type(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"id", "name", "slug", "duration", "kind", "limit", "owner", "group", "active", "secret",
                 "location", "custom_questions"});
    EventType type;
    type.id = fields.text("id").value_or(new_id());
    type.name = fields.required_text("name");
    type.slug = fields.text("slug").value_or(type.id);
    type.owner = last_segment(fields.text("owner").value_or(world_->calendly.owner().id));
    if (const auto group = fields.text("group")) type.group = std::string(last_segment(*group));
    type.kind = fields.text("kind").value_or("solo");
    type.duration = fields.integer("duration").value_or(30);
    type.limit = fields.integer("limit").value_or(type.kind == "group" ? 5 : 1);
    type.active = fields.boolean("active").value_or(true);
    type.secret = fields.boolean("secret").value_or(false);
    if (const auto* location = body.if_contains("location")) type.location = *location;
    if (const auto* questions = fields.array("custom_questions")) type.custom_questions = *questions;
    if (type.kind != "solo" && type.kind != "group") fields.fail("kind", "must be solo or group");
    if (type.duration < 1 || type.limit < 1) fields.fail("duration", "and limit must be 1 or more");
    require_valid(fields);
    type.created_at = type.updated_at = now();
    const auto& added = world_->calendly.add_event_type(std::move(type));
    world_->deliveries->publish(
        event_type_occurrence(world_->calendly, "event_type.created", added, added.created_at));
    return created(to_json(world_->calendly, added));
}

}  // namespace sandbox
