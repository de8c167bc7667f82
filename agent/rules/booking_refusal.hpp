// What Calendly's answer to a booking that it refused means for the visitor.
#pragma once

#include <string>
#include <string_view>

#include "rules/booking_check.hpp"

namespace rules {

struct BookingRefusal {
    enum class Kind {
        taken,         // the start is not free any more
        invalid,       // a field
        limited,       // too many bookings: the plan's limit
        not_bookable,  // the event type is gone, or not for us
        unavailable,   // the account or the plan does not allow it: a person must act
        unknown,       // the answer is lost, or says nothing: it may have been booked
    };
    Kind kind = Kind::unknown;
    FieldError error{};  // of an invalid one; its words are ours, never what Calendly quotes
};

// `status`: 0 when there was no answer.
BookingRefusal judge_booking_refusal(unsigned status, std::string_view body);

}  // namespace rules
