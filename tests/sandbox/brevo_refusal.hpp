// Brevo's refusal: {code, message, metadata?}.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace sandbox {

struct BrevoRefusal : std::runtime_error {
    BrevoRefusal(unsigned http_status, std::string error_code, const std::string& message,
                 std::vector<std::string> duplicates = {})
        : std::runtime_error(message),
          status(http_status),
          code(std::move(error_code)),
          duplicate_identifiers(std::move(duplicates)) {}

    unsigned status;
    std::string code;
    std::vector<std::string> duplicate_identifiers;  // metadata
};

inline BrevoRefusal invalid_parameter(const std::string& message) {
    return {400, "invalid_parameter", message};
}

inline BrevoRefusal contact_missing() {
    return {404, "document_not_found", "Contact does not exist"};
}

}  // namespace sandbox
