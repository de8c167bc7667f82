// One organization of Calendly: its people, event types, bookings and webhook subscriptions, and the rules by
// which they change. No HTTP, no clock, no JSON of answers. Rules throw CalendlyRefusal.
#pragma once

#include <map>
#include <unordered_map>

#include "sandbox/calendly_model.hpp"

namespace sandbox {

// Of what a call makes; where they are absent the sandbox thinks of some.
struct NewIds {
    std::optional<std::string> invitee;
    std::optional<std::string> event;  // not that of an event that is joined; group events: one of its own
};

struct BookingRequest {
    std::string event_type;            // id; may be empty when an event is joined
    std::optional<std::string> event;  // id of a group event to join
    std::optional<Instant> start;
    std::optional<Instant> end;
    std::string email;
    std::string name;
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> timezone;
    std::optional<std::string> text_reminder_number;
    std::optional<std::string> scheduling_method;
    json::array questions_and_answers;
    json::object tracking;
    std::optional<json::value> location;  // instead of the event type's
    json::array guests;
    NewIds ids;
};

// What is absent stays as it was.
struct RescheduleRequest {
    std::optional<Instant> start;  // a day later when absent
    std::optional<std::string> email;
    std::optional<std::string> reason;
    std::optional<std::string> name;
    std::optional<json::array> questions_and_answers;
    NewIds ids;
};

class CalendlyState {
public:
    // An organization with an owner, a colleague and three event types with well-known ids.
    explicit CalendlyState(Instant at);

    const std::string& organization() const { return organization_; }
    const User& owner() const { return users_.front(); }
    const std::vector<User>& users() const { return users_; }
    // The resource with this id; throws not_found.
    const User& user(std::string_view id) const;
    const EventType& event_type(std::string_view id) const;
    const ScheduledEvent& event(std::string_view id) const;
    const ScheduledEvent& visible_event(std::string_view id) const;  // not_found for one that was erased, too
    const Invitee& invitee(std::string_view id) const;
    const NoShow& no_show(std::string_view id) const;

    // In order of creation.
    const std::vector<std::string>& event_type_ids() const { return event_type_ids_; }
    const std::vector<std::string>& event_ids() const { return event_ids_; }
    const std::vector<std::string>& invitee_ids() const { return invitee_ids_; }

    void set_role(std::string_view user_id, std::string role);
    const EventType& add_event_type(EventType type);
    const Invitee& book(BookingRequest request, Instant at);
    void cancel(std::string_view invitee_id, Cancellation cancellation);
    // The whole event: gives the invitees that were still active.
    std::vector<std::string> cancel_event(std::string_view event_id, Cancellation cancellation);
    // Nobody finds the event any more, and nobody is told.
    void erase_event(std::string_view event_id) { change_event(event_id).is_erased = true; }
    // The old half is canceled and the new one booked, each naming the other.
    const Invitee& reschedule(std::string_view invitee_id, const RescheduleRequest& request, Instant at);
    const NoShow& mark_no_show(std::string_view invitee_id, Instant at,
                               std::optional<std::string> id = std::nullopt);
    // Gives the invitee's id; the no-show is gone.
    std::string undo_no_show(std::string_view no_show_id);

    bool is_active(const Invitee& invitee) const { return !invitee.cancellation; }
    std::size_t active_invitees(const ScheduledEvent& event) const;

    // Whether the host can be met then, on weekdays from 9 to 17 UTC; for group events, whether there is
    // room.
    std::int64_t places_left(const EventType& type, Instant start) const;

private:
    Invitee& change_invitee(std::string_view id);
    ScheduledEvent& change_event(std::string_view id);
    ScheduledEvent& event_to_join(const BookingRequest& request);
    ScheduledEvent& new_event(const BookingRequest& request, const EventType& type, Instant start,
                              Instant at);
    const ScheduledEvent* same_slot(const EventType& type, Instant start) const;

    std::string organization_;
    std::vector<User> users_;
    std::unordered_map<std::string, EventType> event_types_;
    std::unordered_map<std::string, ScheduledEvent> events_;
    std::unordered_map<std::string, Invitee> invitees_;
    std::unordered_map<std::string, NoShow> no_shows_;
    std::map<std::pair<std::string, Instant>, std::vector<std::string>> events_by_host_and_start_;
    std::vector<std::string> event_type_ids_;
    std::vector<std::string> event_ids_;
    std::vector<std::string> invitee_ids_;
};

}  // namespace sandbox
