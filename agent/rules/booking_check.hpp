// What a visitor sends in order to book, checked before Calendly is asked: every field against the event type
// that it is for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <boost/json/object.hpp>

#include "calendly/scheduling_types.hpp"

namespace rules {

// `field`: the member's name; for answers "answers[<position>]".
struct FieldError {
    std::string field;
    std::string message;  // for people, in English
    bool operator==(const FieldError&) const = default;
};

// Which event type the body is for: the id; an error when it says none.
std::variant<std::string, FieldError> requested_type(const boost::json::object& body);

// The booking as Calendly is told of it, but for its token; or what is wrong first, in the order of a form.
// Texts are trimmed, answers that say nothing left out, phone numbers written in E.164.
std::variant<calendly::NewBooking, FieldError> check_booking(const boost::json::object& body,
                                                             const calendly::BookableType& type,
                                                             calendly::Timestamp now);

// The host is there anyway: who books with their address is refused, and among the guests it is left out.
std::optional<FieldError> leave_out_host(calendly::NewBooking& booking, std::string_view host_email);

// What a visitor must add to a location of this kind: "phone", "text", or "" for nothing.
std::string_view needs_of(std::string_view location_kind);

// Of a zone that the system's tzdata knows, or that it knew under this name once. Throws TimeZoneTrouble.
bool is_zone_name(std::string_view name);

}  // namespace rules
