// Who a delivery is about. A person is an e-mail address: for lanes, leases, ledger and Brevo.
#pragma once

#include <string>
#include <string_view>

#include "calendly/types.hpp"

namespace rules {

// The address as the connector's key for a person: trimmed, lower case.
std::string person_of(std::string_view email);

// Whose delivery it is; "" when it is nobody's. In a routing form the first answer that is an address counts.
std::string person_in(const calendly::Delivery& delivery);

}  // namespace rules
