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
                 "event_guests", "scheduling_method", "created_at", "invitee_id", "event_id"});
    BookingRequest request;
    request.email = fields.required_text("email");
    read_name(fields, request);
    request.event_type = last_segment(fields.text("event_type").value_or(state.event_type_ids().front()));
    if (const auto event = fields.text("event")) request.event = std::string(last_segment(*event));
    request.timezone = fields.text("timezone");
    if (!body.contains("timezone")) request.timezone = default_timezone;  // null: none
    request.ids = {fields.text("invitee_id"), fields.text("event_id")};
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
    std::optional<std::string> no_show;  // id of the one that is made
};

Moment read_moment(const json::object& body, bool makes_no_show) {
    Fields fields(body);
    if (makes_no_show) {
        fields.only({"invitee", "created_at", "no_show_id"});
    } else {
        fields.only({"invitee", "created_at"});
    }
    Moment moment{invitee_id_of(fields), moment_of(fields), fields.text("no_show_id")};
    require_valid(fields);
    return moment;
}

// For as long as it lives.
class Quiet {
public:
    Quiet(bool& flag, bool value) : flag_(flag) { flag_ = value; }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    ~Quiet() { flag_ = false; }

private:
    bool& flag_;
};

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

// What happened has the same name as the call: {"do": "book", ...} is a POST /book.
const std::map<std::string, ControlApi::Happening, std::less<>> ControlApi::happenings = {
    {"book", &ControlApi::book},
    {"cancel", &ControlApi::cancel},
    {"reschedule", &ControlApi::reschedule},
    {"no_show", &ControlApi::mark_no_show},
    {"undo_no_show", &ControlApi::undo_no_show},
    {"routing_form", &ControlApi::submit_routing_form}};

void ControlApi::add_booking_routes() {
    for (const auto& [name, happening] : happenings)
        router_.add("POST", "/" + name, [this, happen = happening](const Call& call) {
            return created((this->*happen)(parse_object(call.body)));
        });
    router_.add("POST", "/play", [this](const Call& call) { return play(call); });
    router_.add("POST", "/event_types", [this](const Call& call) { return add_event_type(call); });
}

// {actions: [{do: "book", ...}, ...]}: one after the other, until one is refused. Gives the deliveries of
// each. quiet: as if it had happened before anybody subscribed.
Answer ControlApi::play(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"actions", "quiet"});
    const auto* actions = fields.array("actions");
    if (!actions) fields.fail("actions", "can't be blank");
    const Quiet quiet(is_quiet_, fields.boolean("quiet").value_or(false));
    require_valid(fields);
    json::array played;
    for (const auto& action : *actions) {
        const auto place = "actions[" + std::to_string(played.size()) + "]";
        try {
            played.push_back(play_one(action));
        } catch (const CalendlyRefusal& refusal) {
            auto details = refusal.details;
            for (auto& detail : details) detail.parameter = place + "." + detail.parameter;
            throw CalendlyRefusal(refusal.status, refusal.title, place + ": " + refusal.what(), details);
        }
    }
    return created({{"played", std::move(played)}});
}

json::array ControlApi::play_one(const json::value& action) {
    auto body = action.is_object() ? action.get_object() : json::object();
    Fields fields(body);
    const auto found = happenings.find(fields.required_text("do"));
    if (found == happenings.end()) fields.fail("do", "must be book, cancel, reschedule, no_show, ...");
    require_valid(fields);
    body.erase("do");
    return (this->*found->second)(body).at("deliveries").as_array();
}

json::object ControlApi::tell(std::string event, const Invitee& invitee, Instant at) {
    const auto& calendly = world_->calendly;
    if (is_quiet_) return {{"invitee", nullptr}, {"deliveries", json::array()}};
    const auto deliveries =
        world_->deliveries->publish(invitee_occurrence(calendly, std::move(event), invitee, at));
    return {{"invitee", to_json(calendly, invitee)},
            {"event", to_json(calendly, calendly.event(invitee.event))},
            {"invitee_id", invitee.id},
            {"event_id", invitee.event},
            {"deliveries", json::value_from(deliveries)}};
}

json::object ControlApi::book(const json::object& body) {
    Fields fields(body);
    auto request = read_booking(body, world_->calendly, fields);
    const Instant at = moment_of(fields);
    require_valid(fields);
    return tell("invitee.created", world_->calendly.book(std::move(request), at), at);
}

json::object ControlApi::cancel(const json::object& body) {
    Fields fields(body);
    fields.only({"invitee", "by", "reason", "created_at"});
    const auto id = invitee_id_of(fields);
    require_valid(fields);
    const auto& invitee = world_->calendly.invitee(id);
    const auto cancellation = read_cancellation(fields, world_->calendly, invitee.name);
    require_valid(fields);
    world_->calendly.cancel(id, cancellation);
    return tell("invitee.canceled", invitee, cancellation.created_at);
}

json::object ControlApi::reschedule(const json::object& body) {
    Fields fields(body);
    fields.only({"invitee", "start_time", "email", "reason", "order", "created_at", "name",
                 "questions_and_answers", "new_invitee_id", "new_event_id"});
    const auto id = invitee_id_of(fields);
    RescheduleRequest request{fields.instant("start_time"),
                              fields.text("email"),
                              fields.text("reason"),
                              fields.text("name"),
                              std::nullopt,
                              {fields.text("new_invitee_id"), fields.text("new_event_id")}};
    if (body.contains("questions_and_answers")) request.questions_and_answers = read_answers(body, fields);
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
    return answer;
}

json::object ControlApi::mark_no_show(const json::object& body) {
    const auto [id, at, new_id] = read_moment(body, true);
    const auto& no_show = world_->calendly.mark_no_show(id, at, new_id);
    auto answer = tell("invitee_no_show.created", world_->calendly.invitee(id), at);
    answer["no_show"] = to_json(world_->calendly, no_show);
    return answer;
}

json::object ControlApi::undo_no_show(const json::object& body) {
    const auto [id, at, none] = read_moment(body, false);
    const auto& invitee = world_->calendly.invitee(id);
    if (!invitee.no_show) throw invalid_argument({{"invitee", "is not marked as a no-show"}});
    world_->calendly.undo_no_show(*invitee.no_show);
    return tell("invitee_no_show.deleted", invitee, at);
}

json::object ControlApi::submit_routing_form(const json::object& body) {
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
    return {{"submission", to_json(submission)}, {"deliveries", json::value_from(deliveries)}};
}

Answer ControlApi::add_event_type(const Call& call) {
    const auto body = parse_object(call.body);
    Fields fields(body);
    fields.only({"id", "name", "slug", "duration", "kind", "limit", "owner", "group", "active", "secret",
                 "location", "custom_questions", "locations", "pooling_type", "paid", "booking_method"});
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
    if (const auto* locations = fields.array("locations")) type.locations = *locations;
    type.pooling_type = fields.text("pooling_type").value_or("");
    type.is_paid = fields.boolean("paid").value_or(false);
    type.booking_method = fields.text("booking_method").value_or("instant");
    for (const auto* name : {"custom_questions", "locations"})
        if (const auto* list = fields.array(name);
            list && std::any_of(list->begin(), list->end(), [](const auto& one) { return !one.is_object(); }))
            fields.fail(name, "must be a list of objects");
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
