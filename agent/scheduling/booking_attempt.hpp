// One try to make a booking.
#pragma once

#include <string>

#include "calendly/scheduling_types.hpp"
#include "redis/booking_store.hpp"

namespace scheduling {

// A request that has been checked.
struct BookingAttempt {
    redis::BookingClaim claim;
    calendly::BookableType type;
    calendly::NewBooking booking;  // without its token
    bool is_resumed = false;       // Calendly may have it already
    std::string day{};             // "": it does not count for one
};

}  // namespace scheduling
