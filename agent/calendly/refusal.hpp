// What Calendly's refusals look like and what they say: {title, message, details?,
// required_scopes?}.
// https://developer.calendly.com/api-docs/
#pragma once

#include <string>
#include <string_view>

#include "api/remedy.hpp"

namespace calendly {

extern const api::RefusalForm refusal_form;

// What is_for_leaders_only() means for the `things` of an organization: "meetings".
std::string for_leaders_only(std::string_view things);

}  // namespace calendly
