// The contact that a person's bookings make: a function of the ledger, the configuration and the account's
// attributes. No arrival order, no clock.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "brevo/types.hpp"
#include "config/configuration.hpp"
#include "sync/ledger.hpp"

namespace syncing {

// By name; an attribute that is not here does not exist in the account, and Brevo would drop its value
// silently.
using AccountAttributes = std::map<std::string, brevo::Attribute>;

struct Projection {
    brevo::Contact contact;
    std::vector<std::string> problems;  // values that could not be sent, without the values
};

Projection project(const std::string& person, const Ledger& ledger, const config::Connector& connector,
                   const AccountAttributes& attributes);

}  // namespace syncing
