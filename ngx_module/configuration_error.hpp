#pragma once

#include <stdexcept>

namespace edge {

// What is wrong with a directive, a URL or a file, and what to do about it. nginx's [emerg] line adds
// the place in nginx.conf. Never holds a secret.
struct ConfigurationError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace edge
