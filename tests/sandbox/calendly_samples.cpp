// GET /sample_webhook_data: a scratch organization in which the thing happens.
#include "sandbox/calendly_payload.hpp"
#include "sandbox/ids.hpp"

namespace sandbox {
namespace {

RoutingFormSubmission sample_submission(const CalendlyState& state, Instant at) {
    RoutingFormSubmission submission;
    submission.id = new_id();
    submission.questions_and_answers = {
        {{"question_uuid", new_id()}, {"question", "What is your industry?"}, {"answer", "Logistics"}}};
    submission.result = {{"type", "event_type"},
                         {"value", calendly_uri("event_types", state.event_type_ids().front())}};
    submission.created_at = at;
    return submission;
}

const Invitee& sample_invitee(CalendlyState& state, Instant at) {
    BookingRequest request;
    request.event_type = state.event_type_ids().front();
    request.email = "sample.invitee@example.com";
    request.name = "Sample Invitee";
    request.timezone = "Europe/Berlin";
    return state.book(std::move(request), at);
}

}  // namespace

std::optional<Occurrence> sample_occurrence(std::string_view event, Instant at) {
    CalendlyState state(at);
    if (event == "routing_form_submission.created")
        return routing_form_occurrence(state, sample_submission(state, at));
    if (event.starts_with("event_type."))
        return event_type_occurrence(state, std::string(event),
                                     state.event_type(state.event_type_ids().front()), at);
    if (!event.starts_with("invitee")) return std::nullopt;
    const auto& invitee = sample_invitee(state, at);
    if (event == "invitee.canceled") state.cancel(invitee.id, {invitee.name, "invitee", "Sample reason", at});
    if (event == "invitee_no_show.created") state.mark_no_show(invitee.id, at);
    return invitee_occurrence(state, std::string(event), invitee, at);
}

}  // namespace sandbox
