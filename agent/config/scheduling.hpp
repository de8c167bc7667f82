// Section `scheduling` of a connector: booking on the user's own site.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/rate_limit.hpp"

namespace config {

struct Scheduling {
    bool enabled = false;
    std::vector<std::string> event_types;  // URIs; nothing else can be booked
    // Of pages that may ask the API and hold the page in a frame: "https://www.example.com", lower case.
    std::vector<std::string> allow_origins;
    api::RateLimit per_address{5, std::chrono::hours(1)};  // bookings; of an IPv4 address, an IPv6 /64
    std::vector<std::string> trusted_proxies{"127.0.0.1", "::1"};  // whose X-Real-IP is believed
    std::int64_t per_email = 3;                                    // bookings that are still to come
    std::int64_t plan_bookings_per_day = 100;                      // that Calendly's plan allows
    double daily_share = 0.8;  // of those, for the whole account, are ours
    std::string verify_url;    // an operator's captcha; "": none
    std::string
        verify_secret;  // then verify_url is the siteverify of hCaptcha, Turnstile, reCAPTCHA; "": an own one

    bool operator==(const Scheduling&) const = default;
};

}  // namespace config
