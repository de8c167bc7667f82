#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bench {

// Bookings by number: each of another person, each an event of its own, no two deliveries alike.
struct BookingShape {
    std::size_t smallest = 2048, largest = 4096;  // bytes of a delivery, when it is not brief
    bool brief = false;                           // about 1 KB: no questions, no tracking, nothing optional
};

// The body of the webhook invitee.created.
std::string delivery_of(std::uint64_t number, const BookingShape& shape = {});

// What Calendly answers to GET of the scheduled event, the invitee and the event type.
std::string event_answer(std::uint64_t number);
std::string invitee_answer(std::uint64_t number);
std::string event_type_answer();

// The number in a text that names the person's e-mail address or the event's id, whichever comes first.
std::optional<std::uint64_t> number_in(std::string_view text);

}  // namespace bench
