// What follows from the status of a refusal. The one table of both APIs.
#pragma once

#include <span>
#include <string_view>

namespace api {

enum class Remedy {
    retry,     // the API or the network is in trouble: the same call may succeed later
    park,      // the credential or the account is refused: a person must act
    give_up,   // this very request can never succeed
    withheld,  // not sent: whoever asked for it may not have it sent any more
};

// Of a status that is not 2xx: those that `parking` names park; 408, 425, 429 and 5xx are tried again; every
// other one is final.
Remedy remedy_of(unsigned status, std::span<const unsigned> parking) noexcept;

// Whether a refusal is the API's own word. A proxy or a portal, with its page or its redirection, does not
// say that something is gone or can never succeed; too much is too much for any of them.
bool is_the_apis_own(unsigned status, std::string_view body);

// What both APIs answer with, unlike the page of a proxy or a portal.
bool is_json_object(std::string_view body);

}  // namespace api
