#include "sandbox/calendly_state.hpp"

#include <algorithm>

#include "sandbox/ids.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {
namespace {

constexpr std::chrono::hours longest_event{24};

template <class Map>
auto& find_or_refuse(Map& map, std::string_view id) {
    const auto found = map.find(std::string(id));
    if (found == map.end()) throw not_found();
    return found->second;
}

EventType well_known(std::string id, std::string name, std::string slug, std::string owner) {
    EventType type;
    type.id = std::move(id);
    type.name = std::move(name);
    type.slug = std::move(slug);
    type.owner = std::move(owner);
    return type;
}

bool in_working_hours(Instant start, Instant end) {
    const auto day = std::chrono::floor<std::chrono::days>(start);
    const std::chrono::weekday weekday(day);
    return weekday != std::chrono::Saturday && weekday != std::chrono::Sunday &&
           start >= day + std::chrono::hours(9) && end <= day + std::chrono::hours(17);
}

Instant next_working_morning(Instant at) {
    auto day = std::chrono::floor<std::chrono::days>(at) + std::chrono::days(1);
    while (!in_working_hours(day + std::chrono::hours(9), day + std::chrono::hours(10)))
        day += std::chrono::days(1);
    return day + std::chrono::hours(9);
}

}  // namespace

std::string calendly_uri(std::string_view kind, std::string_view id) {
    std::string uri(calendly_origin);
    uri.append("/").append(kind).append("/").append(id);
    return uri;
}

CalendlyState::CalendlyState(Instant at) : organization_(new_id()) {
    users_.push_back(
        {new_id(), "Harriet Host", "harriet.host@example.com", "Europe/Paris", "harriet-host", at, "owner"});
    users_.push_back({new_id(), "Colin Colleague", "colin.colleague@example.com", "America/New_York", "colin",
                      at, "user"});
    auto discovery = well_known("DISCOVERYCALL001", "Discovery Call", "discovery-call", users_[0].id);
    auto demo = well_known("PRODUCTDEMO00002", "Product Demo", "product-demo", users_[1].id);
    auto workshop = well_known("GROUPWORKSHOP003", "Group Workshop", "group-workshop", users_[0].id);
    workshop.kind = "group";
    workshop.limit = 5;
    for (auto* type : {&discovery, &demo, &workshop}) {
        type->created_at = type->updated_at = at;
        add_event_type(*type);
    }
}

const User& CalendlyState::user(std::string_view id) const {
    const auto found =
        std::find_if(users_.begin(), users_.end(), [&](const User& user) { return user.id == id; });
    if (found == users_.end()) throw not_found();
    return *found;
}

void CalendlyState::set_role(std::string_view user_id, std::string role) {
    const auto found =
        std::find_if(users_.begin(), users_.end(), [&](const User& user) { return user.id == user_id; });
    if (found == users_.end()) throw not_found();
    found->role = std::move(role);
}

const EventType& CalendlyState::event_type(std::string_view id) const {
    return find_or_refuse(event_types_, id);
}
const ScheduledEvent& CalendlyState::event(std::string_view id) const {
    return find_or_refuse(events_, id);
}
const ScheduledEvent& CalendlyState::visible_event(std::string_view id) const {
    const auto& found = event(id);
    if (found.is_erased) throw not_found();
    return found;
}
const Invitee& CalendlyState::invitee(std::string_view id) const {
    return find_or_refuse(invitees_, id);
}
const NoShow& CalendlyState::no_show(std::string_view id) const {
    return find_or_refuse(no_shows_, id);
}
Invitee& CalendlyState::change_invitee(std::string_view id) {
    return find_or_refuse(invitees_, id);
}
ScheduledEvent& CalendlyState::change_event(std::string_view id) {
    return find_or_refuse(events_, id);
}

const EventType& CalendlyState::add_event_type(EventType type) {
    user(type.owner);
    const auto [entry, added] = event_types_.emplace(type.id, std::move(type));
    if (!added) throw CalendlyRefusal(409, "Already Exists", "The resource already exists");
    event_type_ids_.push_back(entry->first);
    return entry->second;
}

std::size_t CalendlyState::active_invitees(const ScheduledEvent& event) const {
    return static_cast<std::size_t>(std::count_if(event.invitees.begin(), event.invitees.end(),
                                                  [&](const auto& id) { return is_active(invitee(id)); }));
}

const ScheduledEvent* CalendlyState::same_slot(const EventType& type, Instant start) const {
    const auto slot = events_by_host_and_start_.find({type.owner, start});
    if (slot == events_by_host_and_start_.end()) return nullptr;
    for (const auto& id : slot->second) {
        const auto& candidate = event(id);
        if (candidate.event_type == type.id && !candidate.cancellation) return &candidate;
    }
    return nullptr;
}

std::int64_t CalendlyState::places_left(const EventType& type, Instant start) const {
    const Instant end = start + std::chrono::minutes(type.duration);
    if (!in_working_hours(start, end)) return 0;
    if (const auto* joined = type.kind == "group" ? same_slot(type, start) : nullptr)
        return type.limit - static_cast<std::int64_t>(active_invitees(*joined));
    auto slot = events_by_host_and_start_.lower_bound({type.owner, start - longest_event});
    for (; slot != events_by_host_and_start_.end() && slot->first < std::pair(type.owner, end); ++slot)
        for (const auto& id : slot->second)
            if (const auto& other = event(id); !other.cancellation && other.end > start) return 0;
    return type.limit;
}

ScheduledEvent& CalendlyState::event_to_join(const BookingRequest& request) {
    auto& event = change_event(*request.event);
    const auto& type = event_type(event.event_type);
    if (event.cancellation) throw permission_denied("Event is already canceled");
    if (static_cast<std::int64_t>(active_invitees(event)) >= type.limit)
        throw invalid_argument({{"event", "has no place left"}});
    return event;
}

ScheduledEvent& CalendlyState::new_event(const BookingRequest& request, const EventType& type, Instant start,
                                         Instant at) {
    ScheduledEvent event;
    event.id = request.ids.event.value_or(new_id());
    if (events_.contains(event.id)) throw CalendlyRefusal(409, "Already Exists", "The event already exists");
    event.event_type = type.id;
    event.host = type.owner;
    event.name = type.name;
    event.start = start;
    event.end = request.end.value_or(start + std::chrono::minutes(type.duration));
    event.location = request.location.value_or(type.location);
    event.guests = request.guests;
    event.created_at = event.updated_at = at;
    if (event.end <= event.start) throw invalid_argument({{"end_time", "must be after start_time"}});
    event_ids_.push_back(event.id);
    events_by_host_and_start_[{event.host, event.start}].push_back(event.id);
    return events_.emplace(event.id, std::move(event)).first->second;
}

const Invitee& CalendlyState::book(BookingRequest request, Instant at) {
    const auto& type = event_type(request.event ? event(*request.event).event_type : request.event_type);
    const Instant start = request.start.value_or(next_working_morning(at));
    if (request.ids.invitee && invitees_.contains(*request.ids.invitee))
        throw CalendlyRefusal(409, "Already Exists", "The invitee already exists");
    const bool may_join = !request.event && !request.ids.event && type.kind == "group";
    if (const auto* slot = may_join ? same_slot(type, start) : nullptr) request.event = slot->id;
    auto& event = request.event ? event_to_join(request) : new_event(request, type, start, at);

    Invitee invitee;
    invitee.id = request.ids.invitee.value_or(new_id());
    invitee.event = event.id;
    invitee.email = std::move(request.email);
    invitee.name = std::move(request.name);
    invitee.first_name = std::move(request.first_name);
    invitee.last_name = std::move(request.last_name);
    invitee.timezone = std::move(request.timezone);
    invitee.text_reminder_number = std::move(request.text_reminder_number);
    invitee.scheduling_method = std::move(request.scheduling_method);
    invitee.questions_and_answers = std::move(request.questions_and_answers);
    invitee.tracking = std::move(request.tracking);
    invitee.created_at = invitee.updated_at = at;
    event.invitees.push_back(invitee.id);
    event.updated_at = at;
    invitee_ids_.push_back(invitee.id);
    return invitees_.emplace(invitee.id, std::move(invitee)).first->second;
}

void CalendlyState::cancel(std::string_view invitee_id, Cancellation cancellation) {
    auto& invitee = change_invitee(invitee_id);
    if (invitee.cancellation) throw permission_denied("Event is already canceled");
    auto& event = change_event(invitee.event);
    invitee.updated_at = event.updated_at = cancellation.created_at;
    invitee.cancellation = cancellation;
    // A group's event goes on for the others.
    if (active_invitees(event) == 0) event.cancellation = std::move(cancellation);
}

std::vector<std::string> CalendlyState::cancel_event(std::string_view event_id, Cancellation cancellation) {
    const auto& event = change_event(event_id);
    if (event.cancellation) throw permission_denied("Event is already canceled");
    std::vector<std::string> canceled;
    for (const auto& id : event.invitees) {
        if (!is_active(invitee(id))) continue;
        cancel(id, cancellation);
        canceled.push_back(id);
    }
    return canceled;
}

const Invitee& CalendlyState::reschedule(std::string_view invitee_id, const RescheduleRequest& request,
                                         Instant at) {
    const Invitee old = invitee(invitee_id);
    if (old.cancellation) throw permission_denied("Event is already canceled");
    const auto& old_event = event(old.event);
    BookingRequest booking;
    booking.event_type = old_event.event_type;
    booking.start = request.start.value_or(old_event.start + std::chrono::days(1));
    booking.end = *booking.start + (old_event.end - old_event.start);
    booking.email = request.email.value_or(old.email);
    booking.name = request.name.value_or(old.name);
    if (!request.name) booking.first_name = old.first_name;
    if (!request.name) booking.last_name = old.last_name;
    booking.timezone = old.timezone;
    booking.text_reminder_number = old.text_reminder_number;
    booking.questions_and_answers = request.questions_and_answers.value_or(old.questions_and_answers);
    booking.ids = request.ids;
    booking.tracking = old.tracking;
    booking.location = old_event.location;
    booking.guests = old_event.guests;

    auto& replacement = change_invitee(book(std::move(booking), at).id);
    cancel(old.id, {old.name, "invitee", request.reason, at});
    auto& replaced = change_invitee(old.id);
    replaced.rescheduled = true;
    replaced.new_invitee = replacement.id;
    replacement.old_invitee = replaced.id;
    return replacement;
}

const NoShow& CalendlyState::mark_no_show(std::string_view invitee_id, Instant at,
                                          std::optional<std::string> id) {
    auto& invitee = change_invitee(invitee_id);
    if (invitee.cancellation) throw invalid_argument({{"invitee", "is canceled"}});
    if (invitee.no_show) throw CalendlyRefusal(409, "Already Exists", "The resource already exists");
    NoShow no_show{id.value_or(new_id()), invitee.id, at};
    if (no_shows_.contains(no_show.id))
        throw CalendlyRefusal(409, "Already Exists", "The no-show already exists");
    invitee.no_show = no_show.id;
    return no_shows_.emplace(no_show.id, std::move(no_show)).first->second;
}

std::string CalendlyState::undo_no_show(std::string_view no_show_id) {
    const NoShow undone = no_show(no_show_id);
    change_invitee(undone.invitee).no_show.reset();
    no_shows_.erase(undone.id);
    return undone.invitee;
}

}  // namespace sandbox
