#include "http/api_failure.hpp"

#include <stdexcept>

namespace http {

void throw_exception_from_error(const ApiFailure& failure, const boost::source_location&) {
    throw std::runtime_error(failure.reason);
}

}  // namespace http
