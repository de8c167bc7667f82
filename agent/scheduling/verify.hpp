// An operator's captcha.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "scheduling/refusal.hpp"

namespace scheduling {

// Who wants to book, as far as a captcha is told.
struct Applicant {
    std::string event_type;  // its id
    std::string form_token;
    std::string response;  // what the captcha in the page gave; ""
    std::string address;
};

// The member that a refusal of it is about: the header with the captcha's response.
inline constexpr auto captcha_field = "X-Captcha-Response";

// Asks it whether a person books; takes 5 s at most. It is asked once for a booking, and again only when it
// has refused, or when the agent ended before Calendly was asked.
using Verify = std::function<boost::asio::awaitable<Outcome<bool>>(Applicant applicant)>;

}  // namespace scheduling
