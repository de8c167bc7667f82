// What Calendly's refusals look like and what they say: {title, message, details?,
// required_scopes?}.
// https://developer.calendly.com/api-docs/
#pragma once

#include "api/remedy.hpp"

namespace calendly {

extern const api::RefusalForm refusal_form;

}  // namespace calendly
