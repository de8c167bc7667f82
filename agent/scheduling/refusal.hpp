// Why a visitor does not get what they asked for.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "api/api_failure.hpp"
#include "rules/booking_check.hpp"

namespace scheduling {

struct Refusal {
    enum class Code {
        malformed,     // 400, "invalid": the body is no JSON object
        invalid,       // 422: a field
        taken,         // 409: the start is not offered, or not any more
        in_progress,   // 409: the same booking is being made
        group,         // 409: canceling it would cancel for others
        not_bookable,  // 404
        limited,       // 429
        forbidden,     // 403
        unavailable,   // 503
    };
    Code code{};
    std::string message;  // for people, in English
    std::string field{};
    std::vector<calendly::Timestamp> alternatives{};
    std::string scheduling_url{};  // Calendly's own page
    std::string cancel_url{};      // likewise
    std::chrono::seconds retry_after{0};
};

template <typename T>
using Outcome = boost::system::result<T, Refusal>;

[[noreturn]] void throw_exception_from_error(const Refusal& refusal, const boost::source_location& location);

Refusal invalid(rules::FieldError error);
Refusal invalid(std::string field, std::string message);
Refusal forbidden(std::string message);
Refusal not_bookable();
Refusal limited(std::chrono::milliseconds wait);
// Calendly or Redis cannot be asked now.
Refusal unavailable(std::chrono::milliseconds wait = {});
// What Calendly's failure to show something means.
Refusal not_shown(const api::ApiFailure& failure);

}  // namespace scheduling
