// Parsers for values with a notation of their own, such as 10/s or 400d. All throw std::invalid_argument with
// the expected form.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "config/configuration.hpp"

namespace config {

api::RateLimit parse_rate(std::string_view text);                 // "500/min", "10/s", "100/h", "none"
std::chrono::milliseconds parse_duration(std::string_view text);  // "1s", "5m", "2h", "14d"
// Nothing for "off".
std::optional<std::chrono::milliseconds> parse_interval(std::string_view text);
double parse_share(std::string_view text);  // "10%": 0.1; from 1% to 100%
// The name of an event that a subscription can have.
std::string parse_event_name(std::string_view text);
std::chrono::hours parse_retention(std::string_view text);  // "400d", "48h"
ListenAddress parse_listen(std::string_view text);          // "127.0.0.1:8719", "[::1]:8719"
std::string parse_public_url(std::string_view text);        // its origin: "https://ops.example.com"
std::string parse_host_name(std::string_view text);         // in lower case, without a port
LogLevel parse_log_level(std::string_view text);
rules::FollowLinks parse_follow_links(std::string_view text);
// As it is written.
std::string_view to_string(LogLevel level) noexcept;
std::string_view to_string(rules::FollowLinks links) noexcept;
std::string parse_ca_file(std::string_view path);  // PEM, read once to see that it can be; "": the system's
std::string parse_attribute_name(std::string_view text);  // Brevo's: A-Z, 0-9 and _

}  // namespace config
