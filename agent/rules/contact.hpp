// The contact that a person's bookings make: a function of the ledger, the configuration and what the account
// has. No arrival order, no clock.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "brevo/types.hpp"
#include "rules/account_check.hpp"
#include "rules/ledger.hpp"
#include "rules/mapping.hpp"

namespace rules {

struct Projection {
    brevo::Contact contact;
    std::vector<std::string> problems;     // values that could not be sent, without the values
    std::set<std::string> lacking;         // categories that lack the option for a value
    std::set<std::string> ambiguous_keys;  // of questions_and_answers: several questions might be meant
};

Projection project(const std::string& person, const Ledger& ledger, const Mapping& mapping,
                   const Account& account);

}  // namespace rules
