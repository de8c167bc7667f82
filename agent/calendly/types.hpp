// What Calendly tells, as far as the connector uses it. A missing member of the JSON and null are the same:
// "" or an empty optional. https://developer.calendly.com/api-docs/
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>

#include "calendly/timestamp.hpp"

namespace calendly {

struct Answer {
    std::string question;
    std::string answer;  // several choices are joined with "\n"
};
BOOST_DESCRIBE_STRUCT(Answer, (), (question, answer))

using Tracking = std::vector<std::pair<std::string, std::string>>;  // utm_source, ... without empty ones

struct ScheduledEvent {
    std::string uri;
    std::string name;  // the host can edit it; the event type's own name is elsewhere
    std::string event_type;
    std::optional<Timestamp> start_time;
    std::optional<Timestamp> end_time;
    std::string location;  // an address, a phone number or a kind of meeting; never location.data (passwords)
    std::string join_url;
    std::string host_name;
    std::string host_email;
    std::optional<Timestamp> updated_at;
};
BOOST_DESCRIBE_STRUCT(ScheduledEvent, (),
                      (uri, name, event_type, start_time, end_time, location, join_url, host_name, host_email,
                       updated_at))

struct Cancellation {
    std::string canceler_type;  // host or invitee
    std::string reason;
    std::optional<Timestamp> created_at;
};
BOOST_DESCRIBE_STRUCT(Cancellation, (), (canceler_type, reason, created_at))

struct NoShow {
    std::string uri;
    std::string invitee;  // only in the API's own answer
    std::optional<Timestamp> created_at;
};
BOOST_DESCRIBE_STRUCT(NoShow, (), (uri, invitee, created_at))

struct Invitee {
    std::string uri;
    std::string email;
    std::string name;
    std::string first_name;
    std::string last_name;
    std::string event;
    std::string timezone;
    std::string text_reminder_number;
    std::string cancel_url;
    std::string reschedule_url;
    std::string old_invitee;
    std::string new_invitee;
    bool rescheduled = false;
    std::vector<Answer> answers;
    Tracking tracking;
    std::optional<Cancellation> cancellation;
    std::optional<NoShow> no_show;
    Timestamp created_at;
    Timestamp updated_at;
};
BOOST_DESCRIBE_STRUCT(Invitee, (),
                      (uri, email, name, first_name, last_name, event, timezone, text_reminder_number,
                       cancel_url, reschedule_url, old_invitee, new_invitee, rescheduled, answers, tracking,
                       cancellation, no_show, created_at, updated_at))

struct EventType {
    std::string uri;
    std::string name;
};

struct RoutingFormSubmission {
    std::string uri;
    std::vector<Answer> answers;
    Tracking tracking;
    Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(RoutingFormSubmission, (), (uri, answers, tracking, created_at))

enum class DeliveryKind {
    invitee_created,
    invitee_canceled,
    no_show_created,
    no_show_deleted,
    routing_form_submission,
    event_type,
    other,
};

// A webhook's body.
struct Delivery {
    DeliveryKind kind = DeliveryKind::other;
    std::string event;  // as Calendly names it: "invitee.created"
    Timestamp created_at;
    std::optional<Invitee> invitee;                 // of the four invitee events
    std::optional<ScheduledEvent> scheduled_event;  // embedded since 2022
    std::optional<RoutingFormSubmission> routing_form;
    std::string resource_uri;  // payload.uri of the others
    // Where its body has something that Calendly does not say: "payload.tracking"; "body" when its texts had
    // to be mended. What could be read is above.
    std::vector<std::string> oddities;
};

}  // namespace calendly
