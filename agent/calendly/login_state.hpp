// How the login of a connector is, as far as it serves.
#pragma once

#include <string>

namespace calendly {

struct LoginState {
    std::string problem;  // why it will not serve for long, and what to do; "": it will
    std::string id;       // another one after another login
};

}  // namespace calendly
