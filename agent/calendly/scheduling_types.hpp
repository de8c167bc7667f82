// What Calendly tells about what can be booked, and what it is told of a booking.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "calendly/question.hpp"
#include "calendly/types.hpp"

namespace calendly {

// Where the event type's meetings can be.
struct LocationChoice {
    std::string kind;
    std::string location;  // what the host wrote of it; ""
};

struct BookableType {
    std::string uri;
    std::string owner;  // URI of the user or the team whose it is
    std::string name;
    std::string description;
    std::int64_t duration = 0;  // minutes
    std::string kind;           // solo, group
    std::string pooling;        // round_robin, collective, multi_pool; ""
    std::vector<LocationChoice> locations;
    std::vector<Question> questions;  // by position
    std::string scheduling_url;
    std::string color;
    std::string booking_method;  // instant, poll
    bool is_active = true;
    bool is_secret = false;
    bool is_paid = false;

    bool is_for_one() const { return kind != "group"; }
};

// A start that is offered.
struct OfferedTime {
    Timestamp start;
    std::int64_t remaining = 1;  // places
};

struct ChosenLocation {
    std::string kind;
    std::string location;  // "": none goes with this kind
};

struct PlacedAnswer {
    std::int64_t position = 0;
    std::string question;  // its text to the letter
    std::string answer;    // several choices are joined with "\n"
};

struct NewBooking {
    std::string event_type;  // URI
    Timestamp start{};
    std::string email;
    std::string name;  // or both of the next
    std::string first_name;
    std::string last_name;
    std::string timezone;
    std::string text_reminder_number;
    std::optional<ChosenLocation> location;
    std::vector<PlacedAnswer> answers;
    std::vector<std::string> guests;
    Tracking tracking;
};

}  // namespace calendly
