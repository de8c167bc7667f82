// Phone numbers that Brevo refused, because they are somebody else's or none to it: each refusal costs a
// call, and is the same the next time. The ledger remembers them.
#pragma once

#include "brevo/types.hpp"
#include "rules/ledger.hpp"

namespace rules {

// Takes out of the contact the numbers that were refused before. A number that is another one by now is
// offered, and the old one forgotten.
void leave_out_refused_phones(brevo::Contact& contact, Ledger& ledger);

// What the contact was to have and was written without.
void remember_refused_phones(const brevo::Contact& wanted, const brevo::Contact& written, Ledger& ledger);

}  // namespace rules
