// What visitors are told, as JSON.
#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "calendly/listing_types.hpp"
#include "calendly/scheduling_types.hpp"
#include "scheduling/availability.hpp"

namespace scheduling {

// "2026-12-01T09:00:00Z"
std::string to_text(calendly::Timestamp time);

boost::json::object to_json(const calendly::BookableType& type);
boost::json::object to_json(const Times& times, calendly::Timestamp until);
boost::json::object to_json(const Refusal& refusal);  // {"error": ...}

// A booking, as far as Calendly told of it.
struct Booked {
    std::string id;
    std::string type_name;
    calendly::Timestamp start{};
    calendly::Timestamp end{};
    std::string timezone;
    std::string location_kind;  // "": none
    std::string location;       // an address, a number, a link; ""
    std::string host;
    std::string cancel_url;
    std::string reschedule_url;
    bool is_canceled = false;
};

Booked booked_of(const calendly::Invitee& invitee, const std::optional<calendly::ListedEvent>& event);

boost::json::object to_json(const Booked& booked, const std::string& cancel_token, calendly::Timestamp now);

}  // namespace scheduling
