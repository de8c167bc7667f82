// Calendly's resources as the sandbox keeps them. References between them are ids; URIs are made when they
// are written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "sandbox/clock.hpp"

namespace sandbox {

namespace json = boost::json;

// In bodies URIs have the real origin, whatever address the sandbox listens on.
inline constexpr std::string_view calendly_origin = "https://api.calendly.com";

// https://api.calendly.com/<kind>/<id>
std::string calendly_uri(std::string_view kind, std::string_view id);

struct User {
    std::string id;
    std::string name;
    std::string email;
    std::string timezone;
    std::string slug;
    Instant created_at{};
    std::string role = "user";  // owner, admin or user of the organization
};

struct EventType {
    std::string id;
    std::string name;
    std::string slug;
    std::string owner;  // a user's id
    std::optional<std::string> group;
    std::string kind = "solo";   // or group: several invitees meet in one event
    std::int64_t duration = 30;  // minutes
    std::int64_t limit = 1;      // invitees an event
    bool active = true;
    bool secret = false;
    json::array custom_questions;
    json::value location = nullptr;  // of new events
    json::array locations;           // {kind, location?, ...}: of which one is chosen
    std::string pooling_type;        // round_robin, collective; ""
    bool is_paid = false;
    std::string booking_method = "instant";  // or poll
    Instant created_at{};
    Instant updated_at{};
    std::optional<Instant> deleted_at;
};

struct Cancellation {
    std::string canceled_by;
    std::string canceler_type;  // host or invitee
    std::optional<std::string> reason;
    Instant created_at{};
};

struct ScheduledEvent {
    std::string id;
    std::string event_type;
    std::string host;  // a user's id
    std::string name;
    Instant start{};
    Instant end{};
    json::value location = nullptr;
    json::array guests;
    std::vector<std::string> invitees;
    std::optional<Cancellation> cancellation;
    bool is_erased = false;  // as compliance asks: nobody finds it any more
    Instant created_at{};
    Instant updated_at{};
};

struct Invitee {
    std::string id;
    std::string event;
    std::string email;
    std::string name;
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> timezone;
    std::optional<std::string> text_reminder_number;
    std::optional<std::string> scheduling_method;  // "api"
    json::array questions_and_answers;
    json::object tracking;
    bool rescheduled = false;
    std::optional<std::string> old_invitee;  // ids, as new_invitee
    std::optional<std::string> new_invitee;
    std::optional<std::string> no_show;
    std::optional<Cancellation> cancellation;
    Instant created_at{};
    Instant updated_at{};
};

struct NoShow {
    std::string id;
    std::string invitee;
    Instant created_at{};
};

struct RoutingFormSubmission {
    std::string id;
    json::array questions_and_answers;  // {question_uuid, question, answer}
    json::object tracking;
    json::object result;  // {type, value}
    Instant created_at{};
};

struct Subscription {
    std::string id;
    std::string callback_url;
    std::vector<std::string> events;
    std::string scope;  // organization, user or group
    std::optional<std::string> user;
    std::optional<std::string> group;
    std::string creator;                     // a user's id
    std::optional<std::string> signing_key;  // never shown; without it deliveries are unsigned
    bool disabled = false;
    std::optional<Instant> retry_started_at;
    Instant created_at{};
    Instant updated_at{};
};

// Something happened that subscribers are told.
struct Occurrence {
    std::string event;  // invitee.created, ...
    std::string user;   // whose event it is: what user scope is about
    std::optional<std::string> group;
    Instant at{};
    json::object payload;
};

}  // namespace sandbox
