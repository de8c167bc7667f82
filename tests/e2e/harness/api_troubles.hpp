// What goes wrong with a call of an API now and then: actions of the sandbox's faults, one at random.
#pragma once

#include <boost/json.hpp>

#include "e2e/harness/random.hpp"

namespace harness {

namespace json = boost::json;

// What something between the agent and the API answers in its stead. None of it says anything about a contact
// or a booking.
json::object gateway_page(Random& random);

// The API's own: its limit is used up, it has failed, a connection is cut, an answer is lost or slow.
json::object api_trouble(Random& random, bool is_brevo);

}  // namespace harness
