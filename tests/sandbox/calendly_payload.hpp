// Calendly's resources as JSON: the bodies of its API and of its webhooks.
// Shapes: https://developer.calendly.com/api-docs (API) and live captures of deliveries.
#pragma once

#include "sandbox/calendly_state.hpp"
#include "sandbox/subscriptions.hpp"

namespace sandbox {

std::string invitee_uri(const Invitee& invitee);

json::object to_json(const CalendlyState& state, const User& user);
json::object to_json(const CalendlyState& state, const EventType& type);
json::object to_json(const CalendlyState& state, const ScheduledEvent& event);
json::object to_json(const CalendlyState& state, const Invitee& invitee);
json::object to_json(const CalendlyState& state, const NoShow& no_show);
json::object to_json(const CalendlyState& state, const Subscription& subscription);
json::object to_json(const RoutingFormSubmission& submission);
json::object to_json(const Cancellation& cancellation);

// What subscribers are told of an invitee: the invitee with its scheduled event inside.
Occurrence invitee_occurrence(const CalendlyState& state, std::string event, const Invitee& invitee,
                              Instant at);
Occurrence routing_form_occurrence(const CalendlyState& state, const RoutingFormSubmission& submission);
Occurrence event_type_occurrence(const CalendlyState& state, std::string event, const EventType& type,
                                 Instant at);

// The delivery's body; created_at has whole seconds.
json::object envelope(const Occurrence& occurrence, const std::string& creator);

// The delivery that a first booking, cancellation, ... would make; nothing for events without a sample.
std::optional<Occurrence> sample_occurrence(std::string_view event, Instant at);

}  // namespace sandbox
