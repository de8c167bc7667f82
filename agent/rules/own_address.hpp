// Which of the addresses in a form is the person's own.
#pragma once

#include <string_view>

namespace rules {

// How likely the answer to a question is the address of whoever answers it, when it is an address. Greater is
// likelier.
enum class Ownership {
    of_somebody_else,  // "Your manager's e-mail", "Whom may we contact in an emergency?"
    unsaid,            // "How can we reach you?"
    address,           // "E-mail for the invitation"
    own                // "E-mail", "Your work email address"
};
Ownership ownership_asked_by(std::string_view question);

}  // namespace rules
