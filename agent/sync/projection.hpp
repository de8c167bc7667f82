// The contact that a person's bookings make: a function of the ledger, the configuration and what the account
// has. No arrival order, no clock.
#pragma once

#include <string>
#include <vector>

#include "brevo/types.hpp"
#include "config/configuration.hpp"
#include "sync/account.hpp"
#include "sync/ledger.hpp"

namespace syncing {

struct Projection {
    brevo::Contact contact;
    std::vector<std::string> problems;  // values that could not be sent, without the values
};

Projection project(const std::string& person, const Ledger& ledger, const config::Connector& connector,
                   const Account& account);

}  // namespace syncing
