// What Calendly's listings tell. Each item keeps the API's own JSON beside what the connector reads of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "calendly/question.hpp"
#include "calendly/types.hpp"

namespace calendly {

// Whose things are listed: one of the two is "".
struct Owner {
    std::string organization;  // URI
    std::string user;          // URI
};

struct EventFilter {
    Owner owner;
    std::optional<Timestamp> from;  // of the meeting's start, both ends included
    std::optional<Timestamp> to;
    std::string status;         // active, canceled; "": both
    std::string invitee_email;  // "": any
};

struct ListedEvent {
    boost::json::value json;
    ScheduledEvent event;
    std::string status;           // active or canceled
    std::int64_t total = 0;       // invitees that there ever were
    std::int64_t active = 0;      // and those that there are
    std::int64_t limit = 0;       // and that there may be; 0: unknown
    std::string last_changed_at;  // updated_at, as it was written
};

struct ListedInvitee {
    boost::json::value json;
    Invitee invitee;
    bool is_canceled = false;
};

struct ListedEventType {
    boost::json::value json;
    std::string uri;
    std::string name;
    bool is_active = true;
    std::string kind;
    std::int64_t duration = 0;  // minutes
    std::string scheduling_url;
    std::vector<Question> questions;  // that are asked
};

struct SchedulingLink {
    boost::json::value json;
    std::string booking_url;
};

// One page of a listing, and how to get the next one.
template <typename Item>
struct ListPage {
    std::vector<Item> items;
    std::vector<std::string> unreadable;  // why items cannot be read, one line each
    std::string next_page_token;          // "" on the last one; serves for a short time
};

}  // namespace calendly
