// An API's refusal, thrown by its rules and written as an answer in one place.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "sandbox/fields.hpp"
#include "sandbox/router.hpp"

namespace sandbox {

// Calendly's: {title, message, details?}. The control API answers in the same form.
struct CalendlyRefusal : std::runtime_error {
    CalendlyRefusal(unsigned http_status, std::string short_title, const std::string& message,
                    std::vector<FieldError> errors = {})
        : std::runtime_error(message),
          status(http_status),
          title(std::move(short_title)),
          details(std::move(errors)) {}

    unsigned status;
    std::string title;
    std::vector<FieldError> details;
    std::vector<std::string> required_scopes;  // of which one would do
    std::string code;                          // of a detail that has one; ""
    std::int64_t retry_after = 0;              // seconds; 0: nothing is said
};

CalendlyRefusal invalid_argument(std::vector<FieldError> details);
CalendlyRefusal not_found();
CalendlyRefusal insufficient_scope(std::vector<std::string> required);
CalendlyRefusal permission_denied(const std::string& message);
Answer to_answer(const CalendlyRefusal& refusal);

// Throws invalid_argument when anything was wrong.
void require_valid(const Fields& fields);

// The body as an object; an empty one is {}. Throws invalid_argument when it is not an object.
json::object parse_object(const std::string& body);

}  // namespace sandbox
