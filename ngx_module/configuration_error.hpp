#pragma once

#include <stdexcept>

namespace edge {

// What is wrong with a directive, a URL or a file, and what to do about it. nginx's [emerg] line adds
// the place in nginx.conf. Never holds a secret. The rules in shared/ throw the same.
using ConfigurationError = std::invalid_argument;

}  // namespace edge
