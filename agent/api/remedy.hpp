// What follows from a refusal: from its status, and from whether the API itself says so. The one table of
// both APIs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

namespace api {

enum class Remedy {
    retry,     // the API or the network is in trouble: the same call may succeed later
    conflict,  // somebody else was at the same thing in the same moment: the next try may win
    park,      // the credential or the account is refused: a person must act
    give_up,   // this very request can never succeed
    withheld,  // not sent: whoever asked for it may not have it sent any more
};

// How one API words its refusals; each is given the body of one.
struct RefusalForm {
    std::span<const unsigned> parking_statuses;  // that refuse the credential or the account
    // Whether a refusal with this status is that API's own: its members, and for a 404 that it says of the
    // very thing that was asked for that it is gone.
    bool (*is_own)(unsigned status, const boost::json::object& body);
    // Of an own one that can never succeed by its status: what its code says.
    Remedy (*remedy_of_code)(const boost::json::object& body);
    // What may be logged of an own one: words that this program knows, never what the API quotes.
    std::string (*words)(const boost::json::object& body);
    // Of an own one: the scopes of which the credential lacks all, and one would do.
    std::vector<std::string> (*required_scopes)(const boost::json::object& body) = nullptr;
};

struct Refusal {
    Remedy remedy = Remedy::retry;
    bool is_own = false;  // it is in the API's own form
    std::string words;    // for logs; "": none that we know
    std::vector<std::string> required_scopes;
};

// Of a status that is not 2xx. 408, 425, 429 and 5xx are tried again, whoever says so; too much is too much
// for any of them. Everything else counts only in the API's own form: a gateway, a proxy or a portal, with
// its page, its JSON or its redirection, does not say that something is gone, that the credential is refused
// or that a call can never succeed. It is trouble of the way, and tried again. A refusal of the credential
// that says nothing at all is believed: it is asked again every minute, and nothing is lost meanwhile.
Refusal judge_refusal(unsigned status, std::string_view body, const RefusalForm& form);

// What both APIs answer with, unlike the page of a proxy or a portal.
bool is_json_object(std::string_view body);

// The phrase that the text contains, whatever its case; "" when it contains none of them.
std::string_view known_phrase(std::string_view text, std::span<const std::string_view> phrases);

}  // namespace api
