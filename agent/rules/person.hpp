// Who a delivery is about. A person is an e-mail address: for lanes, leases, ledger and Brevo.
#pragma once

#include <string>
#include <string_view>

#include "calendly/types.hpp"

namespace rules {

// The address as the connector's key for a person: text::mailbox().
std::string person_of(std::string_view email);

// Whose delivery it is; "" when it is nobody's. In a routing form the answer counts that is
// an address, the first one to a question about the person's own before others.
std::string person_in(const calendly::Delivery& delivery);

}  // namespace rules
