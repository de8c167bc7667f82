// Why a call of an API gave no result, and what follows from it.
#pragma once

#include <chrono>
#include <string>

#include <boost/system/result.hpp>

#include "api/remedy.hpp"

namespace api {

struct ApiFailure {
    Remedy remedy = Remedy::retry;
    unsigned status = 0;                // HTTP status; 0 when no response arrived
    std::string reason;                 // one line: what was asked and what went wrong, without secrets
    std::string body;                   // the response's, as received
    unsigned attempts = 1;              // how often it was tried
    std::chrono::milliseconds wait{0};  // how long the API asked to be left alone; 0: it did not say
};

// For logs: the reason and, in short and masked, what the answer's body says.
std::string describe(const ApiFailure& failure);

template <typename T>
using Answer = boost::system::result<T, ApiFailure>;

[[noreturn]] void throw_exception_from_error(const ApiFailure& failure,
                                             const boost::source_location& location);

}  // namespace api
