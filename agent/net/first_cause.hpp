// What to say of an exception.
#pragma once

#include <exception>
#include <string>

namespace net {

// Its words. Of several at once, which Asio calls "multiple exceptions" and nothing else, those of the first.
std::string first_cause(std::exception_ptr error);

}  // namespace net
