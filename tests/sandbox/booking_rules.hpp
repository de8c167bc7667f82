// What POST /invitees of Calendly insists on, besides the forms of its fields.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>

#include "sandbox/calendly_model.hpp"
#include "sandbox/refusal.hpp"

namespace sandbox {

// How a start that is not free any more is refused: all of these were seen.
enum class TakenForm { start_time, already_filled, conflict };

class BookingRules {
public:
    TakenForm taken = TakenForm::start_time;
    // Bookings of a user in a minute, an hour, a day; 0: any number. A paid plan has 10, 50, 100.
    std::array<std::int64_t, 3> limits{0, 0, 0};

    CalendlyRefusal taken_refusal() const;

    // The seconds to wait; 0 when one more is allowed, which is counted then.
    std::int64_t take(const std::string& user, Instant at);

private:
    std::map<std::string, std::deque<Instant>> made_;  // by user, of the last day
};

// Both throw CalendlyRefusal. The answers to the event type's questions, as the request has them.
void require_answers(const EventType& type, const json::array& answers);
// `location`: null when the request has none.
void require_location(const EventType& type, const json::object* location);
// When it is there, it is whole.
void require_tracking(const json::object* tracking);

}  // namespace sandbox
