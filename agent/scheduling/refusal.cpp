#include "scheduling/refusal.hpp"

#include <algorithm>
#include <stdexcept>

namespace scheduling {
namespace {

constexpr std::chrono::seconds usual_wait{5};

std::chrono::seconds whole_seconds(std::chrono::milliseconds wait, std::chrono::seconds least) {
    return std::max(std::chrono::ceil<std::chrono::seconds>(wait), least);
}

}  // namespace

void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
    throw std::runtime_error(refusal.message);
}

Refusal invalid(rules::FieldError error) {
    return {Refusal::Code::invalid, std::move(error.message), std::move(error.field)};
}

Refusal invalid(std::string field, std::string message) {
    return invalid({std::move(field), std::move(message)});
}

Refusal forbidden(std::string message) {
    return {Refusal::Code::forbidden, std::move(message)};
}

Refusal not_bookable() {
    return {Refusal::Code::not_bookable, "There is no such event type to book."};
}

// The same words for every limit: nobody learns of other people's bookings.
Refusal limited(std::chrono::milliseconds wait) {
    Refusal refusal{Refusal::Code::limited, "Booking here is paused, because there were many bookings."};
    refusal.retry_after = whole_seconds(wait, std::chrono::seconds(1));
    return refusal;
}

Refusal unavailable(std::chrono::milliseconds wait) {
    Refusal refusal{Refusal::Code::unavailable, "Booking here does not work at the moment."};
    refusal.retry_after = whole_seconds(wait, usual_wait);
    return refusal;
}

Refusal not_shown(const api::ApiFailure& failure) {
    if (failure.status == 404) return not_bookable();
    return unavailable(failure.wait);
}

}  // namespace scheduling
