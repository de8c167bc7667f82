#include "sandbox/calendly_payload.hpp"

#include "sandbox/ids.hpp"

namespace sandbox {
namespace {

template <class Text>
json::value or_null(const std::optional<Text>& text) {
    return text ? json::value(*text) : json::value(nullptr);
}

json::value or_null(const std::optional<Instant>& instant) {
    return instant ? json::value(to_text(*instant)) : json::value(nullptr);
}

json::value uri_or_null(std::string_view kind, const std::optional<std::string>& id) {
    return id ? json::value(calendly_uri(kind, *id)) : json::value(nullptr);
}

json::value invitee_uri_or_null(const CalendlyState& state, const std::optional<std::string>& id) {
    return id ? json::value(invitee_uri(state.invitee(*id))) : json::value(nullptr);
}

json::value no_show_or_null(const CalendlyState& state, const std::optional<std::string>& id) {
    if (!id) return nullptr;
    const auto& no_show = state.no_show(*id);
    return {{"uri", calendly_uri("invitee_no_shows", no_show.id)},
            {"created_at", to_text(no_show.created_at)}};
}

json::object all_tracking(const json::object& given) {
    json::object tracking;
    for (const auto* name :
         {"utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term", "salesforce_uuid"}) {
        const auto* value = given.if_contains(name);
        tracking[name] = value ? *value : json::value(nullptr);
    }
    return tracking;
}

json::array memberships(const User& host) {
    return {{{"user", calendly_uri("users", host.id)}, {"user_email", host.email}, {"user_name", host.name}}};
}

json::value payment_of(const EventType& type) {
    if (!type.is_paid) return nullptr;
    return json::object{{"amount", 50}, {"currency", "EUR"}};
}

std::string scheduling_url(const CalendlyState& state, const EventType& type) {
    return "https://calendly.com/" + state.user(type.owner).slug + "/" + type.slug;
}

}  // namespace

std::string invitee_uri(const Invitee& invitee) {
    return calendly_uri("scheduled_events", invitee.event) + "/invitees/" + invitee.id;
}

json::object to_json(const CalendlyState& state, const User& user) {
    return {{"avatar_url", nullptr},
            {"created_at", to_text(user.created_at)},
            {"current_organization", calendly_uri("organizations", state.organization())},
            {"email", user.email},
            {"locale", "en"},
            {"name", user.name},
            {"resource_type", "User"},
            {"scheduling_url", "https://calendly.com/" + user.slug},
            {"slug", user.slug},
            {"timezone", user.timezone},
            {"updated_at", to_text(user.created_at)},
            {"uri", calendly_uri("users", user.id)}};
}

json::object to_json(const CalendlyState& state, const EventType& type) {
    const auto& owner = state.user(type.owner);
    return {
        {"active", type.active},
        {"admin_managed", false},
        {"booking_method", type.booking_method},
        {"color", "#0069ff"},
        {"created_at", to_text(type.created_at)},
        {"custom_questions", type.custom_questions},
        {"deleted_at", or_null(type.deleted_at)},
        {"description_html", nullptr},
        {"description_plain", nullptr},
        {"duration", type.duration},
        {"internal_note", nullptr},
        {"kind", type.kind},
        {"kind_description", type.kind == "group" ? "Group" : "One-on-One"},
        {"locations", type.locations},
        {"name", type.name},
        {"payment", payment_of(type)},
        {"pooling_type", type.pooling_type.empty() ? json::value(nullptr) : json::value(type.pooling_type)},
        {"profile", {{"name", owner.name}, {"owner", calendly_uri("users", owner.id)}, {"type", "User"}}},
        {"scheduling_url", scheduling_url(state, type)},
        {"secret", type.secret},
        {"slug", type.slug},
        {"type", "StandardEventType"},
        {"updated_at", to_text(type.updated_at)},
        {"uri", calendly_uri("event_types", type.id)}};
}

json::object to_json(const Cancellation& cancellation) {
    return {{"canceled_by", cancellation.canceled_by},
            {"canceler_type", cancellation.canceler_type},
            {"created_at", to_text(cancellation.created_at)},
            {"reason", or_null(cancellation.reason)}};
}

json::object to_json(const CalendlyState& state, const ScheduledEvent& event) {
    const auto& type = state.event_type(event.event_type);
    json::object object{
        {"created_at", to_text(event.created_at)},
        {"end_time", to_text(event.end)},
        {"event_guests", event.guests},
        {"event_memberships", memberships(state.user(event.host))},
        {"event_type", calendly_uri("event_types", event.event_type)},
        {"invitees_counter",
         {{"total", event.invitees.size()}, {"active", state.active_invitees(event)}, {"limit", type.limit}}},
        {"location", event.location},
        {"meeting_notes_html", nullptr},
        {"meeting_notes_plain", nullptr},
        {"name", event.name},
        {"start_time", to_text(event.start)},
        {"status", event.cancellation ? "canceled" : "active"},
        {"updated_at", to_text(event.updated_at)},
        {"uri", calendly_uri("scheduled_events", event.id)}};
    if (event.cancellation) object["cancellation"] = to_json(*event.cancellation);
    return object;
}

json::object to_json(const CalendlyState& state, const Invitee& invitee) {
    json::object object{{"cancel_url", "https://calendly.com/cancellations/" + invitee.id},
                        {"created_at", to_text(invitee.created_at)},
                        {"email", invitee.email},
                        {"event", calendly_uri("scheduled_events", invitee.event)},
                        {"first_name", or_null(invitee.first_name)},
                        {"invitee_scheduled_by", nullptr},
                        {"last_name", or_null(invitee.last_name)},
                        {"name", invitee.name},
                        {"new_invitee", invitee_uri_or_null(state, invitee.new_invitee)},
                        {"no_show", no_show_or_null(state, invitee.no_show)},
                        {"old_invitee", invitee_uri_or_null(state, invitee.old_invitee)},
                        {"payment", nullptr},
                        {"questions_and_answers", invitee.questions_and_answers},
                        {"reconfirmation", nullptr},
                        {"reschedule_url", "https://calendly.com/reschedulings/" + invitee.id},
                        {"rescheduled", invitee.rescheduled},
                        {"routing_form_submission", nullptr},
                        {"scheduling_method", or_null(invitee.scheduling_method)},
                        {"status", invitee.cancellation ? "canceled" : "active"},
                        {"text_reminder_number", or_null(invitee.text_reminder_number)},
                        {"timezone", or_null(invitee.timezone)},
                        {"tracking", all_tracking(invitee.tracking)},
                        {"updated_at", to_text(invitee.updated_at)},
                        {"uri", invitee_uri(invitee)}};
    if (invitee.cancellation) object["cancellation"] = to_json(*invitee.cancellation);
    return object;
}

json::object to_json(const CalendlyState& state, const NoShow& no_show) {
    return {{"created_at", to_text(no_show.created_at)},
            {"invitee", invitee_uri(state.invitee(no_show.invitee))},
            {"uri", calendly_uri("invitee_no_shows", no_show.id)}};
}

json::object to_json(const CalendlyState& state, const Subscription& subscription) {
    return {{"callback_url", subscription.callback_url},
            {"created_at", to_text(subscription.created_at)},
            {"creator", calendly_uri("users", subscription.creator)},
            {"events", json::value_from(subscription.events)},
            {"group", uri_or_null("groups", subscription.group)},
            {"organization", calendly_uri("organizations", state.organization())},
            {"retry_started_at", or_null(subscription.retry_started_at)},
            {"scope", subscription.scope},
            {"state", subscription.disabled ? "disabled" : "active"},
            {"updated_at", to_text(subscription.updated_at)},
            {"uri", calendly_uri("webhook_subscriptions", subscription.id)},
            {"user", uri_or_null("users", subscription.user)}};
}

json::object to_json(const RoutingFormSubmission& submission) {
    return {{"created_at", to_text(submission.created_at)},
            {"questions_and_answers", submission.questions_and_answers},
            {"result", submission.result},
            {"routing_form", calendly_uri("routing_forms", "ROUTINGFORM00001")},
            {"submitter", nullptr},
            {"submitter_type", nullptr},
            {"tracking", all_tracking(submission.tracking)},
            {"updated_at", to_text(submission.created_at)},
            {"uri", calendly_uri("routing_form_submissions", submission.id)}};
}

Occurrence invitee_occurrence(const CalendlyState& state, std::string event, const Invitee& invitee,
                              Instant at) {
    const auto& scheduled = state.event(invitee.event);
    Occurrence occurrence;
    occurrence.event = std::move(event);
    occurrence.user = scheduled.host;
    occurrence.group = state.event_type(scheduled.event_type).group;
    occurrence.at = at;
    occurrence.payload = to_json(state, invitee);
    occurrence.payload["scheduled_event"] = to_json(state, scheduled);
    return occurrence;
}

Occurrence routing_form_occurrence(const CalendlyState& state, const RoutingFormSubmission& submission) {
    return {"routing_form_submission.created", state.owner().id, std::nullopt, submission.created_at,
            to_json(submission)};
}

Occurrence event_type_occurrence(const CalendlyState& state, std::string event, const EventType& type,
                                 Instant at) {
    return {std::move(event), type.owner, type.group, at, to_json(state, type)};
}

json::object envelope(const Occurrence& occurrence, const std::string& creator) {
    return {{"created_at", to_text(std::chrono::floor<std::chrono::seconds>(occurrence.at))},
            {"created_by", calendly_uri("users", creator)},
            {"event", occurrence.event},
            {"payload", occurrence.payload}};
}

}  // namespace sandbox
