// Why a call of an API gave no result, and what follows from it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "api/remedy.hpp"

namespace api {

struct ApiFailure {
    Remedy remedy = Remedy::retry;
    unsigned status = 0;                // HTTP status; 0 when no response arrived
    std::string reason;                 // one line: what was asked and what went wrong, without secrets
    std::string words;                  // what the API says of it, as far as a log may have it
    std::string body;                   // the response's, as received: for dead letters, never for a log
    unsigned attempts = 1;              // how often it was tried
    std::chrono::milliseconds wait{0};  // how long the API asked to be left alone; 0: it did not say
    // Of `park`: how soon another try costs nothing and may find that somebody acted. 0: the usual time.
    std::chrono::milliseconds probe{0};
    std::vector<std::string> required_scopes;  // of which the credential has none, and one would do
};

// For logs and health: the reason and the API's words. Nothing that somebody else wrote: an API, a proxy or a
// portal may quote whom the call was about.
std::string describe(const ApiFailure& failure);

// Whether it is the user's role that an organization's things are refused for, not a scope of the token.
bool is_for_leaders_only(const ApiFailure& failure) noexcept;

// For the log of whoever wants bodies in it (log_webhooks): the answer, masked; "" when there is none.
std::string masked_answer(const ApiFailure& failure);

// A 2xx that is not the API's: something on the way answered in its place. `what` was asked.
ApiFailure strange_answer(std::string_view api, std::string_view what, unsigned status, std::string body);

template <typename T>
using Answer = boost::system::result<T, ApiFailure>;

[[noreturn]] void throw_exception_from_error(const ApiFailure& failure,
                                             const boost::source_location& location);

}  // namespace api
