// Texts made fit for a log: without personal data.
#pragma once

#include <string>
#include <string_view>

#include "http/api_failure.hpp"

namespace syncing {

// "ada@example.com" -> "a***@example.com"
std::string mask_email(std::string_view email);

// The JSON with the values of personal members (names, addresses, answers, links, ...) replaced by "***".
std::string mask_body(std::string_view body);

// Reason and, in short and masked, the answer's body.
std::string describe(const http::ApiFailure& failure);

}  // namespace syncing
